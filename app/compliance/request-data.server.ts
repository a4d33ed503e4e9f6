import type { PoolClient } from 'pg'
import { enqueueDataExport } from '~/jobs/enqueue.server'
import { objectOf } from '~/resources/read-values'
import { UnreadableRecord } from '~/resources/resource'
import type { Delivery, Outcome } from '~/webhooks/delivery'
import { recordDeliveries } from '~/webhooks/record-deliveries.server'
import { beginEvent, completeEvent } from './compliance-event.server'
import { idOrNull } from './concerned-customer'
import { askForExport } from './data-exports.server'
import type { Person } from './person'
import { personOf } from './redact-customer.server'
import { takeShop } from './take-shop.server'

/**
 * customers/data_request: asks for an export of what is held, which a job puts together, since Shopify does not wait for it. Of
 * the body the inbox keeps the ids. Inside a transaction.
 */
export async function requestData(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const named = personOf(delivery)
  const shop = await takeShop(client, delivery)
  const eventId = await beginEvent(client, delivery)
  if (eventId === null) return 'duplicate'
  if (shop === null) {
    if (named !== null) await completeEvent(client, eventId, { rows: {} })
    return 'applied'
  }
  const state = named === null ? 'dead' : 'applied'
  const error = named === null ? 'the body does not say whom it is about' : null
  const payload = named === null ? null : idsOnly(named)
  await recordDeliveries(client, [{ shopId: shop.id, delivery, state, attempts: 1, error, payload }])
  if (named === null) return 'ignored'
  const requestId = requestIdOf(delivery)
  const asked = { requestId, person: named, eventId, requestedAt: delivery.receivedAt }
  const { id: exportId, isNew } = await askForExport(client, shop.id, asked)
  // The event of the request that it repeats is completed by the job.
  if (!isNew) await completeEvent(client, eventId, { rows: {} })
  await enqueueDataExport(shop.id, exportId, { db: client })
  return 'applied'
}

/** `data_request.id`, by which the request is the same however often it comes. */
function requestIdOf({ body, webhookId }: Delivery): string {
  try {
    return idOrNull(objectOf(body.data_request, 'data_request')?.id) ?? webhookId
  } catch (error) {
    if (error instanceof UnreadableRecord) return webhookId
    throw error
  }
}

/** In Shopify's own form. Ids are digits, so they can be written as JSON numbers with all of them. */
function idsOnly({ customerId, orderIds }: Person): string {
  return `{"customer": {"id": ${customerId ?? 'null'}}, "orders_requested": [${orderIds.join(', ')}]}`
}
