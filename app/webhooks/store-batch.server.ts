/** What happens to deliveries inside of their transaction. */
import { concernedCustomers, concernedRecord } from '~/compliance/concerned-customer'
import { erasedCustomersByDomain } from '~/compliance/erased-customers.server'
import { erasedRecordsByDomain } from '~/compliance/erased-records.server'
import { isAlreadyThere, isLockTimeout } from '~/db/sql-state'
import { allOf, type Statements } from '~/db/statements'
import type { CopyPort } from '~/sync/ports'
import type { Opened } from '~/transaction.server'
import { applyChanges, changeOf } from './changes'
import { type Decision, decide, type Standing } from './decide'
import type { Attempted, Delivery, Outcome } from './delivery'
import type { About } from './read-meaning'
import { identified, identify, type Identity, insertNewDeliveries, reserveIds } from './record-deliveries.server'
import { holdShops, type InboxShop } from './shop-lock.server'

export interface Item {
  delivery: Delivery
  standing: Standing
  about: About | null
  /** Why it is not to be applied now though it could be, or null. */
  queuedFor: string | null
}

export interface StoreDeps {
  copy: (statements: Statements) => CopyPort
  /** Asks, in the transaction of `db`, for a job that applies what is pending. */
  enqueueApplyPending: (shopId: string, options: { db: Statements }) => Promise<unknown>
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
  client: Statements,
  { begun, commitWith }: Opened,
  deps: StoreDeps,
  items: readonly Item[],
  hasLostRace: boolean,
): Promise<Attempted[]> {
  const concerned = items.map(({ delivery }) => concernedBy(delivery))
  const [shops, isErasedCustomer, isErasedRecord, reserved] = await allOf([
    holdShops(
      client,
      concerned.map(({ shopDomain }) => shopDomain),
    ),
    // After the shops are held, for from then on nobody is erased.
    erasedCustomersByDomain(client, concerned),
    erasedRecordsByDomain(
      client,
      concerned.flatMap(({ place }) => place ?? []),
    ),
    reserveIds(client, items.length),
    begun,
  ])
  const isErased = ({ place, ...named }: Concerned) =>
    place === null ? isErasedCustomer(named) : isErasedRecord(place)
  const decided = items.map((item, index) =>
    decideOne(item, shops.get(item.delivery.shopDomain), isErased(concerned[index]!)),
  )
  const entries = decided.filter((entry) => entry !== null)
  const identities = await identify(client, entries, reserved, hasLostRace)
  const fresh = identified(entries, identities)
  const changes = fresh.map(({ toApply, delivery, ...ids }) => toApply && changeOf(toApply, delivery, ids))
  const stale = await applyChanges(
    deps.copy(client),
    changes.filter((change) => change !== null),
  )
  const rows = fresh.map((entry, index) => {
    const change = changes[index]
    return { ...entry, isStale: change !== null && change !== undefined && stale.has(change) }
  })
  const waiting = fresh.filter(({ state }) => state === 'pending').map(({ shopId }) => shopId)
  const insert = () => insertNewDeliveries(client, rows)
  await (waiting.length === 0 ? commitWith(insert) : insert()).catch((error: unknown) => {
    throw isAlreadyThere(error) ? new LostRace() : error
  })
  // Last: whoever meets an asker's lock relies on what is asked for being committed.
  for (const shopId of [...new Set(waiting)].sort()) await askToApply(client, deps, shopId)

  const outcomes = new Map(entries.map((entry, index) => [entry, outcomeOf(entry, identities[index] ?? null)]))
  return items.map(({ delivery }, index) => {
    const entry = decided[index] ?? null
    if (entry !== null) return outcomes.get(entry)!
    const shop = shops.get(delivery.shopDomain)
    // A shop without a row never had the app, or has been erased: there is nobody to keep anything for.
    if (shop === undefined) return 'ignored'
    return shop.isHeld ? 'unavailable' : 'erasing'
  })
}

/** Whoever holds the lock of the shop's job is just asking for the same. */
async function askToApply(client: Statements, deps: StoreDeps, shopId: string): Promise<void> {
  await client.query('savepoint asking')
  try {
    await deps.enqueueApplyPending(shopId, { db: client })
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    await client.query('rollback to savepoint asking')
  }
}

type Entry = Decision & { delivery: Delivery; shopId: string; about: About | null }

type Concerned = ReturnType<typeof concernedBy>

/** `place`: of an order or a checkout, where no customer is named. */
function concernedBy({ shopDomain, topic, body }: Delivery) {
  const customerIds = concernedCustomers(topic, body)
  const record = customerIds.length === 0 ? concernedRecord(topic, body) : null
  return { shopDomain, customerIds, place: record && { shop: shopDomain, record } }
}

/** Null for what cannot be kept now. */
function decideOne(
  { delivery, standing, about, queuedFor }: Item,
  shop: InboxShop | undefined,
  isErased: boolean,
): Entry | null {
  if (!shop?.isHeld) return null
  const decision = decide(delivery, standing, { isInstalled: shop.isInstalled, isErased, queuedFor })
  return decision && { ...decision, delivery, shopId: shop.id, about }
}

function outcomeOf({ state }: Decision, identity: Identity | null): Outcome {
  if (identity === null) return 'duplicate'
  return state === 'dead' ? 'ignored' : state
}
