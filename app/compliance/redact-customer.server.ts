import type { PoolClient } from 'pg'
import { log } from '~/log.server'
import { type Delivery, observedAtOf, type Outcome } from '~/webhooks/delivery'
import { reasonOf } from '~/webhooks/failure'
import { recordDeliveries } from '~/webhooks/record-deliveries.server'
import { beginEvent, completeEvent, NOTHING_ERASED, reportErased } from './compliance-event.server'
import { erasePerson } from './erase-person.server'
import { type Person, readPerson } from './person'
import { takeShop } from './take-shop.server'

/**
 * customers/redact: the person is erased, whether the shop has the app installed or not. The delivery is recorded
 * without its body. Inside a transaction.
 */
export async function redactCustomer(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const person = personOf(delivery)
  const shop = await takeShop(client, delivery)
  const eventId = await beginEvent(client, delivery)
  if (eventId === null) return 'duplicate'
  if (shop === null) {
    if (person !== null) await completeEvent(client, eventId, NOTHING_ERASED)
    return 'applied'
  }
  const state = person === null ? 'dead' : 'applied'
  const error = person === null ? 'the body does not say whom it is about' : null
  const row = { shopId: shop.id, delivery, state, attempts: 1, error, payload: null } as const
  const [deliveryId] = await recordDeliveries(client, [row])
  if (person === null || typeof deliveryId !== 'string') return 'ignored'
  const redaction = { observedAt: observedAtOf(delivery), deliveryId }
  const erased = await erasePerson(client, shop.id, person, redaction)
  await completeEvent(client, eventId, erased)
  reportErased(delivery, erased)
  return 'applied'
}

/** Null, and an error in the log, when nobody can be told from the body: somebody has to look. */
export function personOf({ topic, shopDomain, webhookId, body }: Delivery): Person | null {
  try {
    return readPerson(body)
  } catch (error) {
    const ids = { shop: shopDomain, topic, webhookId }
    log.error({ ...ids, reason: reasonOf(error) }, 'a request about a person cannot be read')
    return null
  }
}
