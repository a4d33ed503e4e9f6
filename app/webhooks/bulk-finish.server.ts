/**
 * bulk_operations/finish: what waits for the operation looks at it now instead of at its next poll. Polling stays, since
 * Shopify does not promise the delivery (https://shopify.dev/docs/api/usage/bulk-operations/queries). Needs no token.
 */
import type { PoolClient } from 'pg'
import { type WaitingWork, whatWaitsFor } from '~/db/waiting-work.server'
import { bringForward } from '~/jobs/enqueue.server'
import type { Delivery, Outcome } from './delivery'
import { recordDeliveries } from './record-deliveries.server'
import { holdShops, type InboxShop } from './shop-lock.server'

/** Each runs inside a transaction. */
export const operationTopics: Readonly<Record<string, (client: PoolClient, delivery: Delivery) => Promise<Outcome>>> = {
  'bulk_operations/finish': finish,
}

async function finish(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const shop = (await holdShops(client, [delivery.shopDomain])).get(delivery.shopDomain)
  if (shop === undefined) return 'ignored'
  if (!shop.isHeld) return 'unavailable'
  const waiting = await waitingIn(client, shop, delivery)
  const error = reasonToIgnore(shop, waiting)
  const state = error === null ? 'applied' : 'ignored'
  // Operation, status and times: nothing in the body is about a person.
  const row = { shopId: shop.id, delivery, state, attempts: 1, error, payload: delivery.storable } as const
  const [id] = await recordDeliveries(client, [row])
  if (id === null) return 'duplicate'
  for (const work of waiting) await bringForward(shop.id, work, { db: client })
  return state
}

async function waitingIn(client: PoolClient, shop: InboxShop, { body }: Delivery): Promise<WaitingWork[]> {
  const { admin_graphql_api_id: operationId } = body
  return shop.isInstalled && typeof operationId === 'string' ? whatWaitsFor(client, shop.id, operationId) : []
}

function reasonToIgnore({ isInstalled }: InboxShop, waiting: readonly WaitingWork[]): string | null {
  if (!isInstalled) return 'the shop does not have the app installed'
  return waiting.length === 0 ? 'nothing waits for this bulk operation' : null
}
