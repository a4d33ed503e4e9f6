/** Where every verified delivery goes. */
import { complianceTopics } from '~/compliance/compliance-topics.server'
import { copyPort } from '~/db/copy.server'
import { transact } from '~/transaction.server'
import { pool } from '~/db.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { log } from '~/log.server'
import { acceptBatch, type BatchDeps, readDelivery, type ReadDelivery } from './accept-batch.server'
import { createBatcher } from './batcher'
import { operationTopics } from './bulk-finish.server'
import { withConnection } from './connection.server'
import type { Delivery, Outcome } from './delivery'
import { reasonOf } from './failure'
import { lifecycleTopics } from './lifecycle.server'
import { createLockMemory } from './lock-memory'

/** Of what is applied before it is answered, and of what is only recorded. */
const TOGETHER = { gatherMs: 2, mostItems: 100, mostAtOnce: 4 }
const QUEUED = { gatherMs: 5, mostItems: 500, mostAtOnce: 1 }

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

const alone = { ...lifecycleTopics, ...operationTopics, ...complianceTopics }

export type InboxDeps = Omit<BatchDeps, 'locks'>

/** Records the delivery and applies it, if it can be, before it answers. Never throws. */
export function createInbox(given: InboxDeps): (delivery: Delivery) => Promise<Outcome> {
  const deps: BatchDeps = { ...given, locks: createLockMemory(() => performance.now()) }
  const waiting = {
    lineOf: ({ delivery }: ReadDelivery) => delivery.shopDomain,
    // Of one record there is often more than one delivery at a time: two batches would wait for each other's lock.
    holdOf: ({ delivery, about }: ReadDelivery) =>
      about && [delivery.shopDomain, about.resource, about.recordId].join(' '),
  }
  const together = createBatcher<ReadDelivery, Outcome>({
    ...TOGETHER,
    ...waiting,
    flush: (deliveries) => acceptBatch(deps, deliveries),
  })
  const queued = createBatcher<ReadDelivery, Outcome>({
    ...QUEUED,
    ...waiting,
    flush: (deliveries) => acceptBatch(deps, deliveries, BURST),
  })
  let heldCharacters = 0

  /** What cannot be applied soon is recorded at least, and applied by the job: together with what comes after it. */
  async function acceptInTurn(delivery: Delivery): Promise<Outcome> {
    const size = delivery.storable.length
    if (queued.waiting() >= MOST_QUEUED || heldCharacters + size > MOST_HELD_CHARACTERS) return 'unavailable'
    const isBurst = together.waiting() >= MOST_WAITING || together.waiting(delivery.shopDomain) >= MOST_WAITING_OF_SHOP
    heldCharacters += size
    try {
      return await (isBurst ? queued : together).add(readDelivery(delivery))
    } finally {
      heldCharacters -= size
    }
  }

  async function acceptAlone(delivery: Delivery, handle: (typeof alone)[string]): Promise<Outcome> {
    const ids = { shop: delivery.shopDomain, topic: delivery.topic, webhookId: delivery.webhookId }
    const outcome = await withConnection(deps.pool, MOST_MS_ALONE, (client) =>
      transact(client, () => handle(client, delivery), { lockWaitMs: LOCK_WAIT_MS_ALONE }).catch((error: unknown) => {
        log.error({ ...ids, reason: reasonOf(error) }, 'a delivery that is about no record could not be handled')
        return null
      }),
    )
    return outcome ?? 'unavailable'
  }

  return async (delivery) => {
    const handle = alone[delivery.topic]
    const outcome = await (handle === undefined ? acceptInTurn(delivery) : acceptAlone(delivery, handle))
    const { shopDomain: shop, topic, webhookId } = delivery
    log[outcome === 'applied' ? 'debug' : 'info']({ shop, topic, webhookId, outcome }, 'delivery answered')
    return outcome
  }
}

export const acceptDelivery = createInbox({ pool, copy: copyPort, enqueueApplyPending })
