/** Writes to the inbox's table: first it is looked which deliveries are known, in the end the new ones are inserted. */
import type { QueryConfig } from 'pg'
import type { Statements } from '~/db/statements'
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

/** The id that a delivery is recorded by, and how often it came once more together with the first time. */
export interface Identity {
  deliveryId: string
  repeats: number
}

export type Identified<Row = DeliveryRow> = Row & Identity

type Key = Pick<DeliveryRow, 'shopId' | 'delivery'>

/**
 * Writes the deliveries that are new and returns, for each row in order, its id, or null when the delivery is known
 * already: from before, or from further up in `rows`. A repetition is counted at the delivery that it repeats.
 */
export async function recordDeliveries(client: Statements, rows: readonly DeliveryRow[]): Promise<(string | null)[]> {
  const identities = await identify(client, rows, await reserveIds(client, rows.length))
  const inserted = await insertDeliveries(client, identified(rows, identities))
  return identities.map((identity) =>
    identity !== null && inserted.has(identity.deliveryId) ? identity.deliveryId : null,
  )
}

/** Those that have an id. */
export function identified<Row>(rows: readonly Row[], identities: readonly (Identity | null)[]): Identified<Row>[] {
  return rows.flatMap((row, index) => {
    const identity = identities[index]
    return identity ? { ...row, ...identity } : []
  })
}

/** How far Shopify's clock, or another process of the app, may be from ours. */
const CLOCKS_MAY_DIFFER_MS = 10 * 60_000
const DAY_MS = 86_400_000

/** Shopify waits five seconds for an answer before it sends a delivery again (documentation of webhooks). */
const COMES_AGAIN_AFTER_MS = 4_000

/** So many ids that nobody else gets. */
export async function reserveIds(client: Statements, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    prepared(`select nextval('webhook_deliveries_id_seq') as id from generate_series(1, $1)`, [count]),
  )
  return rows.map(({ id }) => id)
}

/**
 * One of the `reserved` ids for each delivery that is new, in order; null for one that is known, from before or from further up,
 * which is counted as repeated. `all`: also those are looked for which Shopify can hardly have sent before.
 */
export async function identify(
  client: Statements,
  rows: readonly Key[],
  reserved: readonly string[],
  all = true,
): Promise<(Identity | null)[]> {
  const known = await knownAmong(client, all ? rows : rows.filter(({ delivery }) => mayComeAgain(delivery)))
  const repeated = rows.filter((row) => known.has(keyOf(row)))
  if (repeated.length > 0) await countRepeats(client, repeated)
  const firsts = new Map<string, Identity>()
  return rows.map((row) => {
    const key = keyOf(row)
    if (known.has(key)) return null
    const first = firsts.get(key)
    if (first !== undefined) {
      first.repeats += 1
      return null
    }
    const identity = { deliveryId: reserved[firsts.size]!, repeats: 0 }
    firsts.set(key, identity)
    return identity
  })
}

/** After midnight the unique index of the day does not tell, and clocks may differ. */
function mayComeAgain({ triggeredAt, receivedAt }: Delivery): boolean {
  const receivedMs = Date.parse(receivedAt)
  return (
    triggeredAt === null ||
    receivedMs - Date.parse(triggeredAt) > COMES_AGAIN_AFTER_MS ||
    receivedMs % DAY_MS < CLOCKS_MAY_DIFFER_MS
  )
}

async function knownAmong(client: Statements, rows: readonly Key[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const { rows: known } = await client.query<{ key: string }>(
    `select concat_ws(' ', delivery.shop_id, delivery.topic, delivery.webhook_id) as key
     from unnest($1::bigint[], $2::text[], $3::text[]) as delivery (shop_id, topic, webhook_id)
     cross join lateral (
       select from webhook_deliveries as known
       where known.shop_id = delivery.shop_id and known.topic = delivery.topic and known.webhook_id = delivery.webhook_id
         and ${receivedWith(rows)}
       limit 1
     ) as known`,
    keysOf(rows),
  )
  return new Set(known.map(({ key }) => key))
}

/**
 * When they can have come before. As literals, so that the partitions which they leave out are not even opened where
 * statements are planned for any values at once. And as two halves, so that nothing but the unique index will do: a partition
 * has no statistics in its first minute, and with a range alone PostgreSQL would take the index of (shop_id, received_at)
 * and read all that came for the shop.
 */
function receivedWith(rows: readonly Key[]): string {
  const lastMs = Math.max(...rows.map(({ delivery }) => Date.parse(delivery.receivedAt)))
  const [since, between, until] = [earliest(rows), instant(lastMs), instant(lastMs + DAY_MS)]
  const within = (from: string, to: string) => `known.received_at >= '${from}' and known.received_at < '${to}'`
  return `(${within(since, between)} or ${within(between, until)})`
}

const instant = (ms: number) => new Date(ms).toISOString()

const keyOf = ({ shopId, delivery: { topic, webhookId } }: Key) => [shopId, topic, webhookId].join(' ')

/** At the latest the day on which they were received, whose unique index would find a repetition anyhow. */
function earliest(rows: readonly Key[]): string {
  const times = rows.map(({ delivery: { triggeredAt, receivedAt } }) => {
    if (triggeredAt === null) return NaN
    const day = Date.parse(`${receivedAt.slice(0, 10)}T00:00:00Z`)
    return Math.min(day, Date.parse(triggeredAt) - CLOCKS_MAY_DIFFER_MS)
  })
  const first = Math.min(...times)
  return Number.isNaN(first) ? '-infinity' : instant(first)
}

/** How many rows a statement is made for: there are few statements to prepare, and some of their parameters are empty. */
const SIZES = [1, 4, 16, 32, 64, 128, 512]

const FIRST_BODY = 16

/** Bodies as a parameter each: in an array each of their quotation marks would be escaped, and read, twice. */
const insertOf = (size: number, ending: string) => `
  insert into webhook_deliveries (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state,
    attempts, error, resource, record_id, stale, repeats, payload, applied_at)
  select *, case when state = 'applied' then clock_timestamp() end
  from rows from (
    unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]),
    unnest($6::text[]), unnest($7::timestamptz[]), unnest($8::timestamptz[]), unnest($9::text[]), unnest($10::int[]),
    unnest($11::text[]), unnest($12::text[]), unnest($13::text[]), unnest($14::boolean[]), unnest($15::int[]),
    unnest(array[${Array.from({ length: size }, (_, index) => `$${FIRST_BODY + index}`).join()}]::jsonb[])
  ) as delivery (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state, attempts, error,
    resource, record_id, stale, repeats, payload)
  where id is not null
  ${ending}`

const insertsOf = (ending: string) => new Map(SIZES.map((size) => [size, insertOf(size, ending)]))
const INSERTS = insertsOf('')
const INSERTS_OF_UNKNOWN = insertsOf('on conflict do nothing returning id')

/** Fails with PostgreSQL's unique_violation when one of them was inserted by another process meanwhile. */
export function insertNewDeliveries(client: Statements, rows: readonly Identified[]): Promise<unknown> {
  return rows.length > 0 ? client.query(insertion(INSERTS, rows)) : Promise.resolve()
}

/** Returns the ids of those that were inserted. One that is missing was inserted by another process meanwhile. */
async function insertDeliveries(client: Statements, rows: readonly Identified[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const { rows: inserted } = await client.query<{ id: string }>(insertion(INSERTS_OF_UNKNOWN, rows))
  return new Set(inserted.map(({ id }) => id))
}

function insertion(inserts: ReadonlyMap<number, string>, rows: readonly Identified[]): QueryConfig {
  const size = SIZES.find((size) => size >= rows.length)
  if (size === undefined) throw new Error(`${rows.length} deliveries are more than can be inserted at once`)
  return prepared(inserts.get(size)!, [
    rows.map(({ deliveryId }) => deliveryId),
    ...keysOf(rows),
    rows.map(({ delivery }) => delivery.eventId),
    rows.map(({ delivery }) => delivery.apiVersion),
    rows.map(({ delivery }) => delivery.triggeredAt),
    rows.map(({ delivery }) => delivery.receivedAt),
    rows.map(({ state }) => state),
    rows.map(({ attempts }) => attempts),
    rows.map(({ error }) => error),
    rows.map(({ about }) => about?.resource ?? null),
    rows.map(({ about }) => about?.recordId ?? null),
    rows.map(({ isStale = false }) => isStale),
    rows.map(({ repeats }) => repeats),
    ...Array.from({ length: size }, (_, index) => rows[index]?.payload ?? null),
  ])
}

/** A row that is just being written by somebody else is not waited for: a count is not worth an answer. */
async function countRepeats(client: Statements, rows: readonly Key[]): Promise<void> {
  await client.query(
    `with delivery as (
       select shop_id, topic, webhook_id, count(*)::int as times
       from unnest($1::bigint[], $2::text[], $3::text[]) as repeated (shop_id, topic, webhook_id)
       group by shop_id, topic, webhook_id
     ), free as (
       select known.*, delivery.times
       from delivery
       cross join lateral (
         select shop_id, id, received_at from webhook_deliveries as known
         where known.shop_id = delivery.shop_id and known.topic = delivery.topic and known.webhook_id = delivery.webhook_id
           and ${receivedWith(rows)}
         limit 1
         for update skip locked
       ) as known
     )
     update webhook_deliveries as delivery set repeats = delivery.repeats + free.times
     from free
     where delivery.shop_id = free.shop_id and delivery.id = free.id and delivery.received_at = free.received_at`,
    keysOf(rows),
  )
}

const keysOf = (rows: readonly Key[]) => [
  rows.map(({ shopId }) => shopId),
  rows.map(({ delivery }) => delivery.topic),
  rows.map(({ delivery }) => delivery.webhookId),
]
