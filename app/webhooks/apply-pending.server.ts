/** Applies what the inbox could not apply at once. */
import type { Pool, PoolClient } from 'pg'
import { copyPort } from '~/db/copy.server'
import { shopById, type ShopRow } from '~/db/shops.server'
import { inTransaction } from '~/transaction.server'
import { pool as appPool } from '~/db.server'
import type { SourcePort } from '~/sync/ports'
import { applyChanges, type Change, changeOf } from './changes'
import type { DeliveryState } from './delivery'
import { reasonOf } from './failure'
import {
  conclude,
  type Conclusion,
  countPending,
  pendingAfter,
  type PendingDelivery,
  takePending,
} from './pending-deliveries.server'
import { readMeaning } from './read-meaning'
import { readSignals, type SignalAnswer } from './read-signals'
import { holdShops, limitLockWait } from './shop-lock.server'

export interface PendingDeps {
  /** The shop's Admin API, for deliveries that do not carry their record. */
  source: SourcePort
  pool?: Pool
}

/** `applied` and `dead`: what this call did. `pending`: what is left for a later one. */
export interface PendingOutcome {
  applied: number
  pending: number
  dead: number
}

/** As many ids as Shopify takes at once. */
const PAGE = 250
const MOST_ATTEMPTS = 8
const LOCK_WAIT_MS = 10_000

/** What is to be done about one delivery, if all goes well. */
interface Plan {
  change: Change | null
  conclusion: Conclusion
}

/**
 * Tries each pending delivery of the shop once, the oldest first. Two workers may do so at once: each delivery is applied
 * by one of them. Throws when the database is away.
 */
export async function applyPending(shopId: string, { source, pool = appPool }: PendingDeps): Promise<PendingOutcome> {
  const shop = await shopById(shopId)
  if (shop === null) return { applied: 0, pending: 0, dead: 0 }
  const states: DeliveryState[] = []
  let page: PendingDelivery[] = []
  do {
    page = await pendingAfter(pool, shopId, page.at(-1)?.id ?? '0', PAGE)
    const plans = await planAll(source, shopId, page)
    states.push(...(await settle(pool, shop, plans)))
  } while (page.length === PAGE)
  const count = (wanted: DeliveryState) => states.filter((state) => state === wanted).length
  return { applied: count('applied'), pending: await countPending(pool, shopId), dead: count('dead') }
}

async function planAll(source: SourcePort, shopId: string, page: readonly PendingDelivery[]): Promise<Plan[]> {
  const read = page.map((delivery) => ({ delivery, meaning: readMeaning(delivery) }))
  const signals = read.flatMap(({ delivery, meaning }) =>
    meaning.meaning === 'signal' ? { deliveryId: delivery.id, resource: meaning.resource, recordId: meaning.id } : [],
  )
  const answers = await readSignals(source, shopId, signals)
  return read.map(({ delivery, meaning }): Plan => {
    const { id } = delivery
    switch (meaning.meaning) {
      case 'upsert':
      case 'delete':
        return { change: changeOf(meaning, delivery, { shopId, deliveryId: id }), conclusion: applied(id) }
      case 'signal': {
        const answer = answers.get(id) ?? { answer: 'not-found' }
        return planSignal(id, answer, { shopId, resource: meaning.resource, channel: 'pull', deletion: null })
      }
      case 'unreadable':
        return { change: null, conclusion: { id, state: 'pending', error: meaning.reason } }
      case 'unknown':
        return { change: null, conclusion: { id, state: 'ignored', error: 'no resource listens to this topic' } }
    }
  })
}

const applied = (id: string, note: string | null = null): Conclusion => ({ id, state: 'applied', error: note })

function planSignal(id: string, answer: SignalAnswer, change: Omit<Change, 'upsert'>): Plan {
  switch (answer.answer) {
    case 'found':
      return { change: { ...change, upsert: answer.upsert }, conclusion: applied(id) }
    case 'not-found':
      return { change: null, conclusion: applied(id, 'Shopify does not have the record any more') }
    case 'failed':
      return { change: null, conclusion: { id, state: 'pending', error: answer.reason } }
  }
}

/** All in one transaction; if that fails each in its own, so that a bad one holds nobody up. */
async function settle(pool: Pool, shop: ShopRow, plans: readonly Plan[]): Promise<DeliveryState[]> {
  if (plans.length === 0) return []
  try {
    return await inTransaction(pool, (client) => carryOut(client, shop, plans))
  } catch (error) {
    if (plans.length === 1) return postpone(pool, shop, plans[0]!, error)
    const states: DeliveryState[] = []
    for (const plan of plans) states.push(...(await settle(pool, shop, [plan])))
    return states
  }
}

/** Throws when the database is away, so that the attempt does not count. */
function postpone(pool: Pool, shop: ShopRow, { conclusion }: Plan, error: unknown): Promise<DeliveryState[]> {
  const postponed: Plan = { change: null, conclusion: { id: conclusion.id, state: 'pending', error: reasonOf(error) } }
  return inTransaction(pool, (client) => carryOut(client, shop, [postponed]))
}

async function carryOut(client: PoolClient, { domain }: ShopRow, plans: readonly Plan[]): Promise<DeliveryState[]> {
  await limitLockWait(client, LOCK_WAIT_MS)
  const shop = (await holdShops(client, [domain])).get(domain)
  if (!shop?.isHeld) return []
  const ours = await takePending(
    client,
    shop.id,
    plans.map(({ conclusion }) => conclusion.id),
  )
  const taken = plans.filter(({ conclusion }) => ours.has(conclusion.id))
  if (!shop.isInstalled) return conclude(client, shop.id, taken.map(leaveAlone), MOST_ATTEMPTS)
  await applyChanges(
    copyPort(client),
    taken.flatMap(({ change }) => change ?? []),
  )
  return conclude(
    client,
    shop.id,
    taken.map(({ conclusion }) => conclusion),
    MOST_ATTEMPTS,
  )
}

const leaveAlone = ({ conclusion: { id } }: Plan): Conclusion => ({
  id,
  state: 'ignored',
  error: 'the shop does not have the app installed',
})
