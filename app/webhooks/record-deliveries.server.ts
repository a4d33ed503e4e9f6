/** Writes to the inbox's table: first it is looked which deliveries are known, in the end the new ones are inserted. */
import type { PoolClient } from 'pg'
import { prepared } from '~/db/prepared'
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
  /** It changed nothing, for the copy has a newer version. */
  isStale?: boolean
}

export type Identified<Row = DeliveryRow> = Row & { deliveryId: string }

type Key = Pick<DeliveryRow, 'shopId' | 'delivery'>

/**
 * Writes the deliveries that are new and returns, for each row in order, its id, or null when the delivery is known
 * already: from before, or from further up in `rows`. A repetition is counted at the delivery that it repeats.
 */
export async function recordDeliveries(client: PoolClient, rows: readonly DeliveryRow[]): Promise<(string | null)[]> {
  const ids = await identify(client, rows)
  const inserted = await insertDeliveries(client, identified(rows, ids))
  return ids.map((id) => (id !== null && inserted.has(id) ? id : null))
}

/** Those that have an id. */
export function identified<Row>(rows: readonly Row[], ids: readonly (string | null)[]): Identified<Row>[] {
  return rows.flatMap((row, index) => {
    const deliveryId = ids[index]
    return typeof deliveryId === 'string' ? { ...row, deliveryId } : []
  })
}

/** How far Shopify's clock, or another process of the app, may be from ours. */
const CLOCKS_MAY_DIFFER_MS = 10 * 60_000
const DAY_MS = 86_400_000

/**
 * An id for each delivery that is new, in order; null for one that is known, which is counted as repeated. What was
 * triggered at a time cannot have come before it, so that only the days since then are looked through.
 */
export async function identify(client: PoolClient, rows: readonly Key[]): Promise<(string | null)[]> {
  if (rows.length === 0) return []
  const { rows: found } = await client.query<{ id: string; is_known: boolean }>(
    `select nextval('webhook_deliveries_id_seq') as id, known.id is not null as is_known
     from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality as delivery (shop_id, topic, webhook_id, place)
     left join lateral (
       select id from webhook_deliveries
       where shop_id = delivery.shop_id and topic = delivery.topic and webhook_id = delivery.webhook_id
         and received_at >= $4::timestamptz and received_at < $5::timestamptz
       limit 1
     ) as known on true
     order by place`,
    [...keysOf(rows), earliest(rows), latest(rows)],
  )
  const seen = new Set<string>()
  const ids = rows.map((row, index) => {
    const { id, is_known: isKnown } = found[index]!
    const key = keyOf(row)
    if (isKnown || seen.has(key)) return null
    seen.add(key)
    return id
  })
  const repeated = rows.filter((_, index) => ids[index] === null)
  if (repeated.length > 0) await countRepeats(client, repeated)
  return ids
}

const keyOf = ({ shopId, delivery: { topic, webhookId } }: Key) => [shopId, topic, webhookId].join(' ')

/** At the latest the day on which they were received, whose unique index would find a repetition anyhow. */
function earliest(rows: readonly Key[]): string {
  const times = rows.map(({ delivery: { triggeredAt, receivedAt } }) => {
    if (triggeredAt === null) return NaN
    const day = Date.parse(`${receivedAt.slice(0, 10)}T00:00:00Z`)
    return Math.min(day, Date.parse(triggeredAt) - CLOCKS_MAY_DIFFER_MS)
  })
  const first = Math.min(...times)
  return Number.isNaN(first) ? '-infinity' : new Date(first).toISOString()
}

function latest(rows: readonly Key[]): string {
  return new Date(Math.max(...rows.map(({ delivery }) => Date.parse(delivery.receivedAt))) + DAY_MS).toISOString()
}

/** Returns the ids of those that were inserted. One that is missing was inserted by another process meanwhile. */
export async function insertDeliveries(client: PoolClient, rows: readonly Identified[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const { rows: inserted } = await client.query<{ id: string }>(
    prepared(
      `insert into webhook_deliveries (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at,
         state, attempts, error, payload, resource, record_id, stale, applied_at)
       select *, case when state = 'applied' then clock_timestamp() end
       from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
         $8::timestamptz[], $9::text[], $10::int[], $11::text[], $12::jsonb[], $13::text[], $14::text[], $15::boolean[])
         as delivery (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state, attempts,
           error, payload, resource, record_id, stale)
       on conflict do nothing
       returning id`,
      [
        rows.map(({ deliveryId }) => deliveryId),
        ...keysOf(rows),
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
        rows.map(({ isStale = false }) => isStale),
      ],
    ),
  )
  return new Set(inserted.map(({ id }) => id))
}

async function countRepeats(client: PoolClient, rows: readonly Key[]): Promise<void> {
  await client.query(
    `update webhook_deliveries as known set repeats = known.repeats + delivery.times
     from (
       select shop_id, topic, webhook_id, count(*)::int as times
       from unnest($1::bigint[], $2::text[], $3::text[]) as repeated (shop_id, topic, webhook_id)
       group by shop_id, topic, webhook_id
     ) as delivery
     where known.shop_id = delivery.shop_id and known.topic = delivery.topic and known.webhook_id = delivery.webhook_id
       and known.received_at >= $4::timestamptz and known.received_at < $5::timestamptz`,
    [...keysOf(rows), earliest(rows), latest(rows)],
  )
}

const keysOf = (rows: readonly Key[]) => [
  rows.map(({ shopId }) => shopId),
  rows.map(({ delivery }) => delivery.topic),
  rows.map(({ delivery }) => delivery.webhookId),
]
