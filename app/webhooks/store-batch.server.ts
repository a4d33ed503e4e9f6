/** What happens to deliveries inside of their transaction. */
import type { PoolClient } from 'pg'
import { concernedCustomer } from '~/compliance/concerned-customer'
import { erasedCustomers } from '~/compliance/erased-customers.server'
import type { CopyPort } from '~/sync/ports'
import { applyChanges, changeOf } from './changes'
import { type Decision, decide, type Standing } from './decide'
import type { Delivery, Outcome } from './delivery'
import { isLockTimeout } from './failure'
import type { About } from './read-meaning'
import { identified, identify, insertDeliveries } from './record-deliveries.server'
import { holdShops, type InboxShop } from './shop-lock.server'

export interface Item {
  delivery: Delivery
  standing: Standing
  about: About | null
  /** Why it is not to be applied now though it could be, or null. */
  queuedFor: string | null
}

export interface StoreDeps {
  copy: (client: PoolClient) => CopyPort
  /** Asks, in the transaction of `db`, for a job that applies what is pending. */
  enqueueApplyPending: (shopId: string, options: { db: PoolClient }) => Promise<unknown>
}

/** One of these deliveries is recorded, though it was not thought to be. */
export class LostRace extends Error {
  override name = 'LostRace'
}

/**
 * Ingests what is new, records it and asks for the rest to be applied later. One outcome per item, in order. Throws
 * LostRace when all of it has to be done again, with a closer look at what is known.
 */
export async function storeBatch(
  client: PoolClient,
  deps: StoreDeps,
  items: readonly Item[],
  hasLostRace: boolean,
): Promise<Outcome[]> {
  const shops = await holdShops(
    client,
    items.map(({ delivery }) => delivery.shopDomain),
  )
  const decided = await decideAll(client, items, shops)
  const entries = decided.filter((entry) => entry !== null)
  const ids = await identify(client, entries, hasLostRace)
  const fresh = identified(entries, ids)
  const changes = fresh.map(({ toApply, delivery, ...ids }) => toApply && changeOf(toApply, delivery, ids))
  const stale = await applyChanges(
    deps.copy(client),
    changes.filter((change) => change !== null),
  )
  const rows = fresh.map((entry, index) => {
    const change = changes[index]
    return { ...entry, isStale: change !== null && change !== undefined && stale.has(change) }
  })
  const inserted = await insertDeliveries(client, rows)
  if (inserted.size < rows.length) throw new LostRace()
  const waiting = fresh.filter(({ state }) => state === 'pending').map(({ shopId }) => shopId)
  for (const shopId of [...new Set(waiting)].sort()) await askToApply(client, deps, shopId)

  const outcomes = new Map(entries.map((entry, index) => [entry, outcomeOf(entry, ids[index] ?? null)]))
  return items.map(({ delivery }, index) => {
    const entry = decided[index] ?? null
    if (entry !== null) return outcomes.get(entry)!
    // A shop without a row never had the app, or has been erased: there is nobody to keep anything for.
    return shops.has(delivery.shopDomain) ? 'unavailable' : 'ignored'
  })
}

/** Whoever holds the lock of the shop's job is just asking for the same. */
async function askToApply(client: PoolClient, deps: StoreDeps, shopId: string): Promise<void> {
  await client.query('savepoint asking')
  try {
    await deps.enqueueApplyPending(shopId, { db: client })
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    await client.query('rollback to savepoint asking')
  }
}

type Entry = Decision & { delivery: Delivery; shopId: string; about: About | null }

/** Null for what cannot be kept now. */
async function decideAll(
  client: PoolClient,
  items: readonly Item[],
  shops: ReadonlyMap<string, InboxShop>,
): Promise<(Entry | null)[]> {
  const concerned = items.map(({ delivery }) => {
    const shop = shops.get(delivery.shopDomain)
    const customerId = shop?.isHeld ? concernedCustomer(delivery.topic, delivery.body) : null
    return { shopId: shop?.id ?? '0', customerId }
  })
  const isErased = await erasedCustomers(client, concerned)
  return items.map(({ delivery, standing, about, queuedFor }, index) => {
    const shop = shops.get(delivery.shopDomain)
    if (!shop?.isHeld) return null
    const circumstances = { isInstalled: shop.isInstalled, isErased: isErased(concerned[index]!), queuedFor }
    const decision = decide(delivery, standing, circumstances)
    return decision && { ...decision, delivery, shopId: shop.id, about }
  })
}

function outcomeOf({ state }: Decision, deliveryId: string | null): Outcome {
  if (deliveryId === null) return 'duplicate'
  return state === 'dead' ? 'ignored' : state
}
