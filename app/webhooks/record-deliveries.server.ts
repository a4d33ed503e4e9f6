/** Writes to the inbox's table: first it is looked which deliveries are known, in the end the new ones are inserted. */
import { allOf, type Statements } from '~/db/statements'
import type { QueryConfig, QueryResultRow } from 'pg'
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
export async function recordDeliveries(client: Statements, rows: readonly DeliveryRow[]): Promise<(string | null)[]> {
  const ids = await identify(client, rows, await reserveIds(client, rows.length))
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
 * One of the `reserved` ids for each delivery that is new, in order; null for one that is known, which is counted as repeated.
 * `all`: also those are looked for which Shopify can hardly have sent before.
 */
export async function identify(
  client: Statements,
  rows: readonly Key[],
  reserved: readonly string[],
  all = true,
): Promise<(string | null)[]> {
  const known = await knownAmong(client, all ? rows : rows.filter(({ delivery }) => mayComeAgain(delivery)))
  const isNew = rows.map((row) => {
    const key = keyOf(row)
    const isFirst = !known.has(key)
    known.add(key)
    return isFirst
  })
  const repeated = rows.filter((_, index) => !isNew[index])
  if (repeated.length > 0) await countRepeats(client, repeated)
  let next = 0
  return isNew.map((is) => (is ? reserved[next++]! : null))
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
  const { rows: known } = await askWithValues<{ key: string }>(
    client,
    `select concat_ws(' ', delivery.shop_id, delivery.topic, delivery.webhook_id) as key
     from unnest($1::bigint[], $2::text[], $3::text[]) as delivery (shop_id, topic, webhook_id)
     cross join lateral (
       select from webhook_deliveries as known
       where known.shop_id = delivery.shop_id and known.topic = delivery.topic and known.webhook_id = delivery.webhook_id
         and ${RECEIVED_SINCE}
       limit 1
     ) as known`,
    [...keysOf(rows), earliest(rows), latest(rows)],
  )
  return new Set(known.map(({ key }) => key))
}

/**
 * From $4 to $5, which leaves out partitions. As two halves, so that nothing but the unique index will do: a partition has
 * no statistics in its first minute, and with a range alone PostgreSQL would take the index of (shop_id, received_at) and
 * read all that came for the shop.
 */
const RECEIVED_SINCE = `(known.received_at >= $4::timestamptz and known.received_at < $5::timestamptz - interval '1 day'
  or known.received_at >= $5::timestamptz - interval '1 day' and known.received_at < $5::timestamptz)`

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

/** How many rows a statement is made for: there are few statements to prepare, and some of their parameters are empty. */
const SIZES = [1, 4, 16, 32, 64, 128, 512]

const FIRST_BODY = 15

/** Bodies as a parameter each: in an array each of their quotation marks would be escaped, and read, twice. */
const insertOf = (size: number, ending: string) => `
  insert into webhook_deliveries (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state,
    attempts, error, resource, record_id, stale, payload, applied_at)
  select *, case when state = 'applied' then clock_timestamp() end
  from rows from (
    unnest($1::bigint[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]),
    unnest($6::text[]), unnest($7::timestamptz[]), unnest($8::timestamptz[]), unnest($9::text[]), unnest($10::int[]),
    unnest($11::text[]), unnest($12::text[]), unnest($13::text[]), unnest($14::boolean[]),
    unnest(array[${Array.from({ length: size }, (_, index) => `$${FIRST_BODY + index}`).join()}]::jsonb[])
  ) as delivery (id, shop_id, topic, webhook_id, event_id, api_version, triggered_at, received_at, state, attempts, error,
    resource, record_id, stale, payload)
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
    ...Array.from({ length: size }, (_, index) => rows[index]?.payload ?? null),
  ])
}

/** A row that is just being written by somebody else is not waited for: a count is not worth an answer. */
async function countRepeats(client: Statements, rows: readonly Key[]): Promise<void> {
  await askWithValues(
    client,
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
           and ${RECEIVED_SINCE}
         limit 1
         for update skip locked
       ) as known
     )
     update webhook_deliveries as delivery set repeats = delivery.repeats + free.times
     from free
     where delivery.shop_id = free.shop_id and delivery.id = free.id and delivery.received_at = free.received_at`,
    [...keysOf(rows), earliest(rows), latest(rows)],
  )
}

/** Planned for these values, so that the partitions that they leave out are not even opened. */
async function askWithValues<Row extends QueryResultRow>(client: Statements, statement: string, values: unknown[]) {
  const [, answer] = await allOf([
    client.query('set local plan_cache_mode = auto'),
    client.query<Row>(statement, values),
  ])
  return answer
}

const keysOf = (rows: readonly Key[]) => [
  rows.map(({ shopId }) => shopId),
  rows.map(({ delivery }) => delivery.topic),
  rows.map(({ delivery }) => delivery.webhookId),
]
