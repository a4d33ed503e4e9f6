/**
 * Records deliveries and applies them in one transaction. When that fails, each shop gets a transaction of its own, and then
 * each delivery, so that a bad one fails nobody else; what still fails is recorded as pending with its reason.
 */
import type { Pool, PoolClient } from 'pg'
import { isOutOfTime, isUnkeepable } from '~/db/sql-state'
import { transactAtOnce } from '~/transaction.server'
import { isDatabaseAway, withConnection } from './connection.server'
import type { Attempted, Delivery } from './delivery'
import { reasonOf } from './failure'
import { lockGroupOf, type LockMemory } from './lock-memory'
import { aboutOf, readMeaning } from './read-meaning'
import { type Item, LostRace, storeBatch, type StoreDeps } from './store-batch.server'

export interface BatchDeps extends StoreDeps {
  pool: Pool
  locks: LockMemory
}

/** Shopify waits five seconds for an answer (documentation of webhooks). */
const MOST_MS = 4_000
const LOCK_WAIT_MS = 150
/** A part of it, so that what is slow together can still be tried apart. */
const STATEMENT_MS = 1_200
const MOST_RACES = 3

const LOCKED = 'records of its kind were locked, or took longer than an answer can wait'

interface Failed {
  item: Item
  error: unknown
}

type Attempt =
  { outcome: 'stored'; outcomes: Attempted[] } | { outcome: 'failed'; error: unknown } | { outcome: 'away' }

export type MeantDelivery = Pick<Item, 'delivery' | 'standing' | 'about'>

export function withMeaning(delivery: Delivery): MeantDelivery {
  const standing = readMeaning(delivery)
  return { delivery, standing, about: aboutOf(standing) }
}

/**
 * One outcome per delivery, in order. Does not throw. `queuedFor`: why they are only to be recorded, to be applied by the
 * job, or null.
 */
export async function acceptBatch(
  deps: BatchDeps,
  deliveries: readonly MeantDelivery[],
  queuedFor: string | null = null,
): Promise<Attempted[]> {
  const items = deliveries.map((read) => {
    return { ...read, queuedFor: queuedFor ?? (deps.locks.isLocked(read.delivery) ? LOCKED : null) }
  })
  const outcomes = await withConnection(deps.pool, MOST_MS, (client) => acceptOn(client, deps, items))
  return outcomes ?? items.map(() => 'unavailable')
}

async function acceptOn(client: PoolClient, deps: BatchDeps, items: readonly Item[]): Promise<Attempted[]> {
  const together = await attempt(client, deps, items)
  if (together.outcome === 'stored') return together.outcomes
  if (together.outcome === 'away') return items.map(() => 'unavailable')
  if (items.length === 1) return postpone(client, deps, [{ item: items[0]!, error: together.error }])
  const shops = Map.groupBy(items, ({ delivery }) => delivery.shopDomain)
  if (shops.size === 1) return acceptEach(client, deps, items)
  const outcomes = new Map<Item, Attempted>()
  for (const ofShop of shops.values()) {
    const accepted = await acceptOn(client, deps, ofShop)
    ofShop.forEach((item, index) => outcomes.set(item, accepted[index]!))
  }
  return items.map((item) => outcomes.get(item)!)
}

async function attempt(client: PoolClient, deps: BatchDeps, items: readonly Item[], races = 0): Promise<Attempt> {
  try {
    const outcomes = await transactAtOnce(
      client,
      (statements, opened) => storeBatch(statements, opened, deps, items, races > 0),
      { lockWaitMs: LOCK_WAIT_MS, statementMs: STATEMENT_MS, byKey: true },
    )
    return { outcome: 'stored', outcomes }
  } catch (error) {
    if (error instanceof LostRace && races < MOST_RACES) return attempt(client, deps, items, races + 1)
    return (await isDatabaseAway(client, error)) ? { outcome: 'away' } : { outcome: 'failed', error }
  }
}

async function acceptEach(client: PoolClient, deps: BatchDeps, items: readonly Item[]): Promise<Attempted[]> {
  const outcomes = new Map<Item, Attempted>()
  const failed: Failed[] = []
  const locked = new Map<string, unknown>()
  for (const item of items) {
    // Waiting again for each would outlast Shopify's patience.
    const group = lockGroupOf(item.delivery)
    const alone: Attempt = locked.has(group)
      ? { outcome: 'failed', error: locked.get(group) }
      : await attempt(client, deps, [item])
    if (alone.outcome !== 'failed') {
      outcomes.set(item, alone.outcome === 'stored' ? alone.outcomes[0]! : 'unavailable')
      continue
    }
    failed.push({ item, error: alone.error })
    if (isOutOfTime(alone.error)) locked.set(group, alone.error)
  }
  const postponed = failed.length > 0 ? await postpone(client, deps, failed) : []
  failed.forEach(({ item }, index) => outcomes.set(item, postponed[index]!))
  return items.map((item) => outcomes.get(item)!)
}

/** Records deliveries without applying them, and without its body one whose very body PostgreSQL refuses. */
async function postpone(client: PoolClient, deps: BatchDeps, failed: readonly Failed[]): Promise<Attempted[]> {
  for (const { item, error } of failed) if (isOutOfTime(error)) deps.locks.note(item.delivery)
  const pending = failed.map(({ item, error }) => {
    // What nothing here can use is not kept, however its neighbours fare.
    if (item.standing.meaning === 'unknown') return item
    return { ...item, standing: { meaning: 'postponed' as const, reason: reasonOf(error) } }
  })
  const recorded = await attempt(client, deps, pending)
  if (recorded.outcome === 'stored') return recorded.outcomes
  if (recorded.outcome === 'away') return failed.map(() => 'unavailable')
  if (failed.length > 1) {
    const each: Attempted[] = []
    for (const one of failed) each.push(...(await postpone(client, deps, [one])))
    return each
  }
  if (!isUnkeepable(recorded.error)) return ['unavailable']
  const standing = { meaning: 'given-up' as const, reason: reasonOf(recorded.error) }
  const buried = await attempt(client, deps, [{ ...failed[0]!.item, standing }])
  return buried.outcome === 'stored' ? buried.outcomes : ['unavailable']
}
