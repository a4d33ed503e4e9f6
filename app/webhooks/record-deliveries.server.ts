import type { PoolClient } from 'pg'
import { type Delivery, type DeliveryState } from './delivery'
import type { About } from './read-meaning'

export interface DeliveryRow {
  shopId: string
  delivery: Delivery
  state: DeliveryState
  attempts: number
  /** Why it is not applied, or what is to be known besides. */
  error: string | null
  /** JSON text, or null when the body is not kept. */
  payload: string | null
  /** Null, or absent, when it is about no record. */
  about?: About | null
}

/**
 * Writes the deliveries that are new and returns, for each row in order, its id, or null when the delivery is known
 * already: from before, or from further up in `rows`. A repetition is counted at the delivery that it repeats.
 */
export async function recordDeliveries(client: PoolClient, rows: readonly DeliveryRow[]): Promise<(string | null)[]> {
  if (rows.length === 0) return []
  const known = await repeatedFromEarlierDays(client, rows)
  const fresh = rows.filter((row) => !known.has(keyOf(row)))
  const ids = fresh.length > 0 ? await insert(client, fresh) : new Map<string, string>()
  const recorded = rows.map((row) => {
    const key = keyOf(row)
    const id = ids.get(key) ?? null
    ids.delete(key)
    return id
  })
  const repeated = rows.filter((_, index) => recorded[index] === null)
  if (repeated.length > 0) await countRepeats(client, repeated)
  return recorded
}

const keyOf = ({ shopId, delivery: { topic, webhookId } }: DeliveryRow) => [shopId, topic, webhookId].join(' ')

async function insert(client: PoolClient, rows: readonly DeliveryRow[]): Promise<Map<string, string>> {
  const { rows: inserted } = await client.query<{ id: string; key: string }>(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state,
       attempts, error, payload, resource, record_id, applied_at)
     select shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state, attempts, error, payload,
       resource, record_id, case when state = 'applied' then now() end
     from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
       $8::text[], $9::int[], $10::text[], $11::jsonb[], $12::text[], $13::text[]) as delivery (shop_id, topic, webhook_id, event_id, api_version,
       triggered_at, received_at, state, attempts, error, payload, resource, record_id)
     on conflict do nothing
     returning id, concat_ws(' ', shop_id, topic, webhook_id) as key`,
    [
      rows.map(({ shopId }) => shopId),
      rows.map(({ delivery }) => delivery.topic),
      rows.map(({ delivery }) => delivery.webhookId),
      rows.map(({ delivery }) => delivery.eventId),
      rows.map(({ delivery }) => delivery.apiVersion),
      rows.map(({ delivery }) => delivery.triggeredAt),
      rows.map(({ delivery }) => delivery.receivedAt),
      rows.map(({ state }) => state),
      rows.map(({ attempts }) => attempts),
      rows.map(({ error }) => error),
      rows.map(({ payload }) => payload),
      rows.map(({ about }) => about?.resource ?? null),
      rows.map(({ about }) => about?.recordId ?? null),
    ],
  )
  return new Map(inserted.map(({ id, key }) => [key, id]))
}

/** Notes that these changed nothing, for the copy had newer versions. Usually there are none. */
export async function markStale(client: PoolClient, stale: readonly { shopId: string; id: string }[]): Promise<void> {
  if (stale.length === 0) return
  await client.query(
    `update webhook_deliveries as delivery set stale = true
     from unnest($1::bigint[], $2::bigint[]) as old (shop_id, id)
     where delivery.shop_id = old.shop_id and delivery.id = old.id`,
    [stale.map(({ shopId }) => shopId), stale.map(({ id }) => id)],
  )
}

/** How far Shopify's clock, or another process of the app, may be from ours. */
const CLOCKS_MAY_DIFFER_MS = 10 * 60_000

/**
 * A partition's unique index finds what is repeated on the same day. What was triggered today cannot have come yesterday,
 * so only the others are looked for in earlier partitions.
 */
async function repeatedFromEarlierDays(client: PoolClient, rows: readonly DeliveryRow[]): Promise<Set<string>> {
  const old = rows.filter(({ delivery }) => mayHaveComeBefore(delivery))
  if (old.length === 0) return new Set()
  const { rows: known } = await client.query<{ key: string }>(
    `select concat_ws(' ', shop_id, topic, webhook_id) as key
     from webhook_deliveries
     join unnest($1::bigint[], $2::text[], $3::text[]) as delivery (shop_id, topic, webhook_id)
       using (shop_id, topic, webhook_id)`,
    keysOf(old),
  )
  return new Set(known.map(({ key }) => key))
}

function mayHaveComeBefore({ triggeredAt, receivedAt }: Delivery): boolean {
  if (triggeredAt === null) return true
  const day = Date.parse(`${receivedAt.slice(0, 10)}T00:00:00Z`)
  return Date.parse(triggeredAt) < day + CLOCKS_MAY_DIFFER_MS
}

async function countRepeats(client: PoolClient, rows: readonly DeliveryRow[]): Promise<void> {
  await client.query(
    `update webhook_deliveries as known set repeats = known.repeats + delivery.times
     from (
       select shop_id, topic, webhook_id, count(*)::int as times
       from unnest($1::bigint[], $2::text[], $3::text[]) as repeated (shop_id, topic, webhook_id)
       group by shop_id, topic, webhook_id
     ) as delivery
     where known.shop_id = delivery.shop_id and known.topic = delivery.topic and known.webhook_id = delivery.webhook_id`,
    keysOf(rows),
  )
}

const keysOf = (rows: readonly DeliveryRow[]) => [
  rows.map(({ shopId }) => shopId),
  rows.map(({ delivery }) => delivery.topic),
  rows.map(({ delivery }) => delivery.webhookId),
]
