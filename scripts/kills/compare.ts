/** Holds what was acknowledged against what is stored. */
import type { Client } from 'pg'
import type { Effect, Mirrored, Sent } from './sent.ts'

interface StoredDelivery {
  webhookId: string
  topic: string
  domain: string
  state: string
  error: string | null
}

interface StoredRecord {
  domain: string
  resource: Effect['resource']
  id: string
  updatedAt: Date | null
  isDeleted: boolean
}

const RESOURCES: readonly Mirrored[] = ['orders', 'products', 'customers', 'carts', 'checkouts']

/** Of two updates of the shop, the older may come later. */
const NEWER_SHOP = 'a newer update is known'

/**
 * A line for each thing that is missing or wrong; may be asked for under load. `acknowledged`: the webhook ids of what was
 * answered 200 before. `isEnd`: nothing may be left to apply.
 */
export async function compare(
  client: Client,
  sent: ReadonlyMap<string, Sent>,
  { acknowledged, isEnd }: { acknowledged: readonly string[]; isEnd: boolean },
): Promise<string[]> {
  const { deliveries, records } = await readAtOneMoment(client)
  const byWebhookId = Map.groupBy(deliveries, ({ webhookId }) => webhookId)
  const losses: string[] = []
  for (const id of acknowledged) losses.push(...lossOf(sent.get(id)!, byWebhookId.get(id) ?? [], isEnd))
  const applied: Sent[] = []
  for (const delivery of deliveries) {
    const known = sent.get(delivery.webhookId)
    if (known?.topic !== delivery.topic || known.domain !== delivery.domain) {
      losses.push(`${nameOf(delivery)} is stored and was never sent`)
    } else if (delivery.state === 'applied') applied.push(known)
  }
  const byKey = new Map(records.map((record) => [keyOf(record.domain, record), record]))
  return [...losses, ...effectsMissing(applied, byKey)]
}

/** What deliveries have done was stored together with them, and is seen together. */
async function readAtOneMoment(client: Client) {
  await client.query('begin isolation level repeatable read read only')
  const read = { deliveries: await storedDeliveries(client), records: await storedRecords(client) }
  await client.query('commit')
  return read
}

export const acknowledgedOf = (sent: ReadonlyMap<string, Sent>) =>
  [...sent.values()].filter(({ isAcknowledged }) => isAcknowledged).map(({ webhookId }) => webhookId)

function lossOf(sent: Sent, stored: readonly StoredDelivery[], isEnd: boolean): string[] {
  const what = `${nameOf(sent)} was answered 200`
  const [one, ...others] = stored
  if (one === undefined) return [`${what} and is not stored`]
  if (others.length > 0) return [`${what} and is stored ${stored.length} times`]
  const isDone = one.state === (sent.effect === null ? 'ignored' : 'applied')
  const isOvertaken = one.state === 'ignored' && one.error === NEWER_SHOP
  if (isDone || isOvertaken || (one.state === 'pending' && !isEnd)) return []
  return [`${what} and is ${one.state}: ${one.error ?? 'no reason is noted'}`]
}

function effectsMissing(applied: readonly Sent[], records: ReadonlyMap<string, StoredRecord>): string[] {
  const wanted = new Map<string, { sent: Sent; effect: Effect }>()
  for (const sent of applied) {
    if (sent.effect === null) continue
    const key = keyOf(sent.domain, sent.effect)
    const known = wanted.get(key)
    if (known === undefined || rank(sent.effect) > rank(known.effect)) wanted.set(key, { sent, effect: sent.effect })
  }
  return [...wanted].flatMap(([key, { sent, effect }]) => {
    const record = records.get(key)
    const what = `${nameOf(sent)} is applied, and ${effect.resource} ${effect.id}`
    if (record === undefined) return [`${what} is not in the copy`]
    if (effect.updatedAtMs === null) return record.isDeleted ? [] : [`${what} is no tombstone`]
    if (record.isDeleted) return [`${what} is a tombstone`]
    const hasAtLeast = record.updatedAt !== null && record.updatedAt.getTime() >= effect.updatedAtMs
    return hasAtLeast ? [] : [`${what} is older in the copy`]
  })
}

/** A deletion outlasts all versions. */
const rank = ({ updatedAtMs }: Effect) => updatedAtMs ?? Infinity

const keyOf = (domain: string, { resource, id }: Pick<Effect, 'resource' | 'id'>) => `${domain} ${resource} ${id}`
const nameOf = ({ topic, webhookId, domain }: Pick<Sent, 'topic' | 'webhookId' | 'domain'>) =>
  `${topic} ${webhookId} of ${domain}`

async function storedDeliveries(client: Client): Promise<StoredDelivery[]> {
  const { rows } = await client.query<StoredDelivery>(
    `select webhook_id as "webhookId", topic, domain, state, error
     from webhook_deliveries join shops on shops.id = shop_id`,
  )
  return rows
}

async function storedRecords(client: Client): Promise<StoredRecord[]> {
  const ofTable = (table: Mirrored) =>
    `select domain, '${table}' as resource, copy.id::text, source_updated_at as "updatedAt", deleted_at is not null as "isDeleted"
     from ${table} as copy join shops on shops.id = shop_id`
  const { rows } = await client.query<StoredRecord>([...RESOURCES.map(ofTable), SHOPS, EXPORTS].join(' union all '))
  return rows
}

/** Before the first update the name is none of ours. */
const SHOPS = `select domain, 'shops', '', case when name ~ '^20' then name::timestamptz end, false from shops`
const EXPORTS = `select domain, 'data_exports', request_id, requested_at, false
  from data_exports join shops on shops.id = shop_id`
