/** Where every verified delivery goes. */
import { setTimeout as delay } from 'node:timers/promises'
import { complianceTopics } from '~/compliance/compliance-topics.server'
import { copyPort } from '~/db/copy.server'
import { transact } from '~/transaction.server'
import { inboxPool } from '~/db.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { log } from '~/log.server'
import { acceptBatch, type BatchDeps, type MeantDelivery, withMeaning } from './accept-batch.server'
import { createBatcher } from './batcher'
import { operationTopics } from './bulk-finish.server'
import { withConnection } from './connection.server'
import type { Attempted, Delivery, Outcome } from './delivery'
import { reasonOf } from './failure'
import { lifecycleTopics } from './lifecycle.server'
import { createLockMemory } from './lock-memory'

/**
 * Of what is applied before it is answered, and of what is only recorded. A longer wait for company
 * costs each delivery that wait, and saves much of the processor time where deliveries come one by one.
 */
const TOGETHER = { gatherMs: 10, mostItems: 100, mostSize: 4_000_000, mostAtOnce: 4 }
const QUEUED = { gatherMs: 5, mostItems: 500, mostSize: 8_000_000, mostAtOnce: 2 }
/** And of what is about no record: one of a shop at a time, for most of them lock the shop. */
const ALONE = { gatherMs: 0, mostItems: 1, mostSize: 1, mostAtOnce: 2 }
/** Erasures take minutes, and hold a connection for them: what else comes waits for none of another shop. */
const ERASURES = { ...ALONE, mostAtOnce: 2 }

/** About what can be applied in half a second; of one shop a part of it, so that its burst leaves room for others. */
const MOST_WAITING = 600
const MOST_WAITING_OF_SHOP = 300
/** About as many as can be recorded before Shopify hangs up, and what memory there is for their bodies. */
const MOST_QUEUED = 10_000
const MOST_HELD_CHARACTERS = 128_000_000

const BURST = 'more came at once than can be applied at once'

/** Deliveries that are about no record are rare, and may have to wait for a run's transaction to end. */
const MOST_MS_ALONE = 30_000
const LOCK_WAIT_MS_ALONE = 4_000
/**
 * An erasure goes through all that is kept of a shop. Whoever asked for it has long hung up when a large one is done, and is
 * told that it is when they ask again.
 */
const MOST_MS_ERASING = 15 * 60_000
const ERASING = new Set(['customers/redact', 'shop/redact'])
/** Most erasures take milliseconds, while Shopify lets minutes pass before it sends again. */
const MOST_MS_UNTIL_ERASED = 2_000
const LOOK_AGAIN_MS = 200
/** Of a shop. Each looks again for itself: a burst of them would take the places of other shops. */
const MOST_UNTIL_ERASED = 100

const alone = { ...lifecycleTopics, ...operationTopics, ...complianceTopics }

export type InboxDeps = Omit<BatchDeps, 'locks'>

export interface Inbox {
  /** Records the delivery and applies it, if it can be, before it answers. Never throws. */
  accept(delivery: Delivery): Promise<Outcome>
  /** Resolves when nothing waits to be recorded, or after `mostMs`: until then what can wait leaves the machine to the inbox. */
  eased(mostMs: number): Promise<void>
}

export function createInbox(given: InboxDeps): Inbox {
  const deps: BatchDeps = { ...given, locks: createLockMemory(() => performance.now()) }
  const waiting = {
    lineOf: ({ delivery }: MeantDelivery) => delivery.shopDomain,
    // Of one record there is often more than one delivery at a time: two batches would wait for each other's lock.
    holdOf: ({ delivery, about }: MeantDelivery) =>
      about && [delivery.shopDomain, about.resource, about.recordId].join(' '),
    sizeOf: ({ delivery }: MeantDelivery) => delivery.storable.length,
  }
  const together = createBatcher<MeantDelivery, Attempted>({
    ...TOGETHER,
    ...waiting,
    flush: (deliveries) => acceptBatch(deps, deliveries),
  })
  const queued = createBatcher<MeantDelivery, Attempted>({
    ...QUEUED,
    ...waiting,
    flush: (deliveries) => acceptBatch(deps, deliveries, BURST),
  })
  const aboutNoRecord = {
    lineOf: ({ shopDomain }: Delivery) => shopDomain,
    holdOf: ({ shopDomain }: Delivery) => shopDomain,
    sizeOf: () => 1,
    flush: ([delivery]: readonly Delivery[]) => acceptAlone(delivery!).then((outcome) => [outcome]),
  }
  const singly = createBatcher<Delivery, Outcome>({ ...ALONE, ...aboutNoRecord })
  const erasures = createBatcher<Delivery, Outcome>({
    ...ERASURES,
    ...aboutNoRecord,
    mostAtOnce: Math.max(1, Math.min(ERASURES.mostAtOnce, given.pool.options.max - 2)),
  })
  let heldCharacters = 0
  /** More came than can be applied: until all of it is recorded, what comes is recorded first too. */
  let isOverloaded = false
  const easing = new Set<() => void>()
  /** Shops with erasures under way or waiting, and how many. */
  const erasing = createCounts()
  /** And how many deliveries of a shop wait for that. */
  const untilErased = createCounts()

  /** What cannot be applied soon is recorded at least, and applied by the job: together with what comes after it. */
  function acceptInTurn(meant: MeantDelivery): Promise<Attempted> {
    const { shopDomain } = meant.delivery
    if (together.waiting() >= MOST_WAITING) isOverloaded = true
    const isBurst =
      isOverloaded || together.waiting(shopDomain) >= MOST_WAITING_OF_SHOP || queued.waiting(shopDomain) > 0
    return isBurst ? queued.add(meant).finally(ease) : together.add(meant)
  }

  function ease(): void {
    if (queued.waiting() > 0) return
    isOverloaded = false
    for (const resolve of easing) resolve()
  }

  function eased(mostMs: number): Promise<void> {
    if (queued.waiting() === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(done, mostMs)
      easing.add(done)
      function done() {
        clearTimeout(timer)
        easing.delete(done)
        resolve()
      }
    })
  }

  /** Tried while nothing of the shop is being erased: else an erasure might wait for ever, for one batch after the other holds it. */
  async function onceErased(shopDomain: string, attempt: () => Promise<Attempted>): Promise<Outcome> {
    const tryOnce = () => (erasing.of(shopDomain) > 0 ? 'erasing' : attempt())
    const outcome = await tryOnce()
    if (outcome !== 'erasing') return outcome
    if (untilErased.of(shopDomain) >= MOST_UNTIL_ERASED) return 'unavailable'
    return untilErased.during(shopDomain, async () => {
      const endMs = performance.now() + MOST_MS_UNTIL_ERASED
      while (performance.now() < endMs) {
        await delay(LOOK_AGAIN_MS)
        const again = await tryOnce()
        if (again !== 'erasing') return again
      }
      return 'unavailable'
    })
  }

  async function acceptSingly(delivery: Delivery): Promise<Outcome> {
    const { shopDomain, topic } = delivery
    if (!ERASING.has(topic)) return onceErased(shopDomain, () => singly.add(delivery))
    return erasing.during(shopDomain, () => erasures.add(delivery))
  }

  async function acceptAlone(delivery: Delivery): Promise<Outcome> {
    const { shopDomain: shop, topic, webhookId } = delivery
    const handle = alone[topic]!
    const mostMs = ERASING.has(topic) ? MOST_MS_ERASING : MOST_MS_ALONE
    const outcome = await withConnection(deps.pool, mostMs, (client) =>
      transact(client, () => handle(client, delivery), { lockWaitMs: LOCK_WAIT_MS_ALONE }).catch((error: unknown) => {
        const reason = reasonOf(error)
        log.error({ shop, topic, webhookId, reason }, 'a delivery that is about no record could not be handled')
        return null
      }),
    )
    return outcome ?? 'unavailable'
  }

  async function accept(delivery: Delivery): Promise<Outcome> {
    const size = delivery.storable.length
    const isFull = [queued, singly, erasures].some(({ waiting }) => waiting() >= MOST_QUEUED)
    if (isFull || heldCharacters + size > MOST_HELD_CHARACTERS) return 'unavailable'
    heldCharacters += size
    try {
      if (Object.hasOwn(alone, delivery.topic)) return await acceptSingly(delivery)
      const meant = withMeaning(delivery)
      return await onceErased(delivery.shopDomain, () => acceptInTurn(meant))
    } finally {
      heldCharacters -= size
    }
  }

  return {
    async accept(delivery) {
      const outcome = await accept(delivery)
      const { shopDomain: shop, topic, webhookId } = delivery
      log[outcome === 'applied' ? 'debug' : 'info']({ shop, topic, webhookId, outcome }, 'delivery answered')
      return outcome
    },
    eased,
  }
}

/** How much of each is going on. */
function createCounts() {
  const counts = new Map<string, number>()
  const of = (key: string) => counts.get(key) ?? 0
  return {
    of,
    async during<T>(key: string, work: () => Promise<T>): Promise<T> {
      counts.set(key, of(key) + 1)
      try {
        return await work()
      } finally {
        if (of(key) > 1) counts.set(key, of(key) - 1)
        else counts.delete(key)
      }
    },
  }
}

/** The sole inbox of this process. */
export const inbox = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
