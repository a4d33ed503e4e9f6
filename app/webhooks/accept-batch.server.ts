/**
 * Records deliveries and applies them in one transaction. When that fails, each gets a transaction of its own, so that
 * a bad one fails nobody else; what still fails is recorded as pending with its reason.
 */
import type { Pool, PoolClient } from 'pg'
import { concernedCustomer } from '~/compliance/concerned-customer'
import { erasedCustomers } from '~/compliance/erased-customers.server'
import { transact } from '~/transaction.server'
import type { CopyPort } from '~/sync/ports'
import { applyChanges, changeOf } from './changes'
import { isDatabaseAway, withConnection } from './connection.server'
import { type Decision, decide, type Standing } from './decide'
import type { Delivery, Outcome } from './delivery'
import { isLockTimeout, isUnkeepable, reasonOf } from './failure'
import { type About, aboutOf, readMeaning } from './read-meaning'
import { markStale, recordDeliveries } from './record-deliveries.server'
import { holdShops, type InboxShop, limitLockWait } from './shop-lock.server'

export interface BatchDeps {
  pool: Pool
  copy: (client: PoolClient) => CopyPort
  /** Asks, in the transaction of `db`, for a job that applies what is pending. */
  enqueueApplyPending: (shopId: string, options: { db: PoolClient }) => Promise<unknown>
}

/** Shopify waits five seconds for an answer (documentation of webhooks). */
const MOST_MS = 4_000
const LOCK_WAIT_MS = 150

interface Item {
  delivery: Delivery
  standing: Standing
  about: About | null
}

interface Failed {
  item: Item
  error: unknown
}

type Attempt = { outcome: 'stored'; outcomes: Outcome[] } | { outcome: 'failed'; error: unknown } | { outcome: 'away' }

/** One outcome per delivery, in order. Does not throw. */
export async function acceptBatch(deps: BatchDeps, deliveries: readonly Delivery[]): Promise<Outcome[]> {
  const items = deliveries.map((delivery) => {
    const standing = readMeaning(delivery)
    return { delivery, standing, about: aboutOf(standing) }
  })
  const outcomes = await withConnection(deps.pool, MOST_MS, (client) => acceptOn(client, deps, items))
  return outcomes ?? items.map(() => 'unavailable')
}

async function acceptOn(client: PoolClient, deps: BatchDeps, items: Item[]): Promise<Outcome[]> {
  const together = await attempt(client, deps, items)
  if (together.outcome === 'stored') return together.outcomes
  if (together.outcome === 'away') return items.map(() => 'unavailable')
  if (items.length === 1) return postpone(client, deps, [{ item: items[0]!, error: together.error }])
  return acceptEach(client, deps, items)
}

async function attempt(client: PoolClient, deps: BatchDeps, items: readonly Item[]): Promise<Attempt> {
  try {
    return { outcome: 'stored', outcomes: await transact(client, () => store(client, deps, items)) }
  } catch (error) {
    return (await isDatabaseAway(client, error)) ? { outcome: 'away' } : { outcome: 'failed', error }
  }
}

async function acceptEach(client: PoolClient, deps: BatchDeps, items: readonly Item[]): Promise<Outcome[]> {
  const outcomes = new Map<Item, Outcome>()
  const failed: Failed[] = []
  const locked = new Map<string, unknown>()
  for (const item of items) {
    // Whoever holds the lock of one record will hold others: waiting again for each would outlast Shopify's patience.
    const group = `${item.delivery.shopDomain} ${item.delivery.topic.split('/')[0]}`
    const alone: Attempt = locked.has(group)
      ? { outcome: 'failed', error: locked.get(group) }
      : await attempt(client, deps, [item])
    if (alone.outcome !== 'failed') {
      outcomes.set(item, alone.outcome === 'stored' ? alone.outcomes[0]! : 'unavailable')
      continue
    }
    failed.push({ item, error: alone.error })
    if (isLockTimeout(alone.error)) locked.set(group, alone.error)
  }
  const postponed = failed.length > 0 ? await postpone(client, deps, failed) : []
  failed.forEach(({ item }, index) => outcomes.set(item, postponed[index]!))
  return items.map((item) => outcomes.get(item)!)
}

/** Records deliveries without applying them, and without its body one whose very body PostgreSQL refuses. */
async function postpone(client: PoolClient, deps: BatchDeps, failed: readonly Failed[]): Promise<Outcome[]> {
  const pending = failed.map(({ item: { delivery, about }, error }) => {
    return { delivery, about, standing: { meaning: 'postponed' as const, reason: reasonOf(error) } }
  })
  const recorded = await attempt(client, deps, pending)
  if (recorded.outcome === 'stored') return recorded.outcomes
  if (recorded.outcome === 'away') return failed.map(() => 'unavailable')
  if (failed.length > 1) {
    const each: Outcome[] = []
    for (const one of failed) each.push(...(await postpone(client, deps, [one])))
    return each
  }
  if (!isUnkeepable(recorded.error)) return ['unavailable']
  const standing = { meaning: 'given-up' as const, reason: reasonOf(recorded.error) }
  const buried = await attempt(client, deps, [{ ...failed[0]!.item, standing }])
  return buried.outcome === 'stored' ? buried.outcomes : ['unavailable']
}

/** Inside a transaction: records, ingests what is new, asks for the rest to be applied later. */
async function store(client: PoolClient, deps: BatchDeps, items: readonly Item[]): Promise<Outcome[]> {
  await limitLockWait(client, LOCK_WAIT_MS)
  const shops = await holdShops(
    client,
    items.map(({ delivery }) => delivery.shopDomain),
  )
  const held = items.filter(({ delivery }) => shops.get(delivery.shopDomain)?.isHeld)
  const decided = await decideAll(client, held, shops)
  const ids = await recordDeliveries(client, decided)
  const fresh = decided.flatMap((entry, index) => {
    const deliveryId = ids[index]
    return typeof deliveryId === 'string' ? { ...entry, deliveryId } : []
  })
  const changes = fresh.map(({ toApply, delivery, ...ids }) => toApply && changeOf(toApply, delivery, ids))
  const stale = await applyChanges(
    deps.copy(client),
    changes.filter((change) => change !== null),
  )
  await markStale(
    client,
    fresh.flatMap(({ shopId, deliveryId }, index) =>
      changes[index] && stale.has(changes[index]) ? { shopId, id: deliveryId } : [],
    ),
  )
  const waiting = fresh.filter(({ state }) => state === 'pending').map(({ shopId }) => shopId)
  for (const shopId of [...new Set(waiting)].sort()) await deps.enqueueApplyPending(shopId, { db: client })

  const outcomes = new Map(held.map((item, index) => [item, outcomeOf(decided[index]!, ids[index] ?? null)]))
  // A shop without a row never had the app, or has been erased: there is nobody to keep anything for.
  return items.map((item) => outcomes.get(item) ?? (shops.has(item.delivery.shopDomain) ? 'unavailable' : 'ignored'))
}

type Entry = Decision & { delivery: Delivery; shopId: string; about: About | null }

async function decideAll(client: PoolClient, items: readonly Item[], shops: Map<string, InboxShop>): Promise<Entry[]> {
  const concerned = items.map(({ delivery }) => {
    const shopId = shops.get(delivery.shopDomain)!.id
    return { shopId, customerId: concernedCustomer(delivery.topic, delivery.body) }
  })
  const isErased = await erasedCustomers(client, concerned)
  return items.map(({ delivery, standing, about }, index) => {
    const { id: shopId, isInstalled } = shops.get(delivery.shopDomain)!
    const decision = decide(delivery, standing, { isInstalled, isErased: isErased(concerned[index]!) })
    return { ...decision, delivery, shopId, about }
  })
}

function outcomeOf({ state }: Decision, deliveryId: string | null): Outcome {
  if (deliveryId === null) return 'duplicate'
  return state === 'dead' ? 'ignored' : state
}
