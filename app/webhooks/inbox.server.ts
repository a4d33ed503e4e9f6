/** Where every verified delivery goes. */
import { complianceTopics } from '~/compliance/compliance-topics.server'
import { copyPort } from '~/db/copy.server'
import { transact } from '~/transaction.server'
import { pool } from '~/db.server'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import { log } from '~/log.server'
import { acceptBatch, type BatchDeps } from './accept-batch.server'
import { createBatcher } from './batcher'
import { operationTopics } from './bulk-finish.server'
import { withConnection } from './connection.server'
import type { Delivery, Outcome } from './delivery'
import { reasonOf } from './failure'
import { lifecycleTopics } from './lifecycle.server'
import { limitLockWait } from './shop-lock.server'

const GATHER_MS = 5
const MOST_TOGETHER = 100
/** About as many as can be answered before Shopify hangs up. */
const MOST_WAITING = 5_000

/** Deliveries that are about no record are rare, and may have to wait for a run's transaction to end. */
const MOST_MS_ALONE = 30_000
const LOCK_WAIT_MS_ALONE = 4_000

const alone = { ...lifecycleTopics, ...operationTopics, ...complianceTopics }

/** Records the delivery and applies it, if it can be, before it answers. Never throws. */
export function createInbox(deps: BatchDeps): (delivery: Delivery) => Promise<Outcome> {
  const acceptTogether = createBatcher<Delivery, Outcome>({
    mostItems: MOST_TOGETHER,
    gatherMs: GATHER_MS,
    mostWaiting: MOST_WAITING,
    overflow: 'unavailable',
    flush: (deliveries) => acceptBatch(deps, deliveries),
  })

  async function acceptAlone(delivery: Delivery, handle: (typeof alone)[string]): Promise<Outcome> {
    const ids = { shop: delivery.shopDomain, topic: delivery.topic, webhookId: delivery.webhookId }
    const outcome = await withConnection(deps.pool, MOST_MS_ALONE, (client) =>
      transact(client, async () => {
        await limitLockWait(client, LOCK_WAIT_MS_ALONE)
        return handle(client, delivery)
      }).catch((error: unknown) => {
        log.error({ ...ids, reason: reasonOf(error) }, 'a delivery that is about no record could not be handled')
        return null
      }),
    )
    return outcome ?? 'unavailable'
  }

  return async (delivery) => {
    const handle = alone[delivery.topic]
    const outcome = await (handle === undefined ? acceptTogether(delivery) : acceptAlone(delivery, handle))
    const { shopDomain: shop, topic, webhookId } = delivery
    log[outcome === 'applied' ? 'debug' : 'info']({ shop, topic, webhookId, outcome }, 'delivery answered')
    return outcome
  }
}

export const acceptDelivery = createInbox({ pool, copy: copyPort, enqueueApplyPending })
