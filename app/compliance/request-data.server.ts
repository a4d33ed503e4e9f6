import type { PoolClient } from 'pg'
import type { Delivery, Outcome } from '~/webhooks/delivery'
import { recordDeliveries } from '~/webhooks/record-deliveries.server'
import { beginEvent, completeEvent } from './compliance-event.server'
import { countPersonRows } from './count-person.server'
import type { Person } from './person'
import { findPerson } from './person-rows.server'
import { personOf } from './redact-customer.server'
import { takeShop } from './take-shop.server'

/**
 * customers/data_request: records what is held, by table, and keeps of the body the ids by which the merchant can be
 * answered. Inside a transaction.
 */
export async function requestData(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const named = personOf(delivery)
  const shop = await takeShop(client, delivery)
  const eventId = await beginEvent(client, delivery)
  if (eventId === null) return 'duplicate'
  if (shop === null) return 'applied'
  const state = named === null ? 'dead' : 'applied'
  const error = named === null ? 'the body does not say whom it is about' : null
  const payload = named === null ? null : idsOnly(named)
  await recordDeliveries(client, [{ shopId: shop.id, delivery, state, attempts: 1, error, payload }])
  if (named === null) return 'ignored'
  const person = await findPerson(client, shop.id, named)
  await completeEvent(client, eventId, { rows: await countPersonRows(client, shop.id, person) })
  return 'applied'
}

/** In Shopify's own form. Ids are digits, so they can be written as JSON numbers with all of them. */
function idsOnly({ customerId, orderIds }: Person): string {
  return `{"customer": {"id": ${customerId ?? 'null'}}, "orders_requested": [${orderIds.join(', ')}]}`
}
