import type { ShopStore } from '../../contract.ts'
import type { Id } from '../../model.ts'
import { rawId } from './raw-id.ts'

function customerOf(store: ShopStore, id: Id) {
  const customer = store.customers.get(id)
  return { id: rawId(id), email: customer?.email ?? null, phone: customer?.phone ?? null }
}

function orderIdsOf(store: ShopStore, customerId: Id): unknown[] {
  return [...store.orders.values()].filter((order) => order.customerId === customerId).map(({ id }) => rawId(id))
}

function shopOf({ shop }: ShopStore) {
  return { shop_id: rawId(shop.id), shop_domain: shop.domain }
}

/** customers/data_request. The customer may be one whom the shop has deleted. */
export function dataRequestBody(store: ShopStore, customerId: Id) {
  return {
    ...shopOf(store),
    customer: customerOf(store, customerId),
    orders_requested: orderIdsOf(store, customerId),
    data_request: { id: rawId(customerId) },
  }
}

/** customers/redact. The customer may be one whom the shop has deleted. */
export function customerRedactBody(store: ShopStore, customerId: Id) {
  return {
    ...shopOf(store),
    customer: customerOf(store, customerId),
    orders_to_redact: orderIdsOf(store, customerId),
  }
}

/** shop/redact, which Shopify sends 48 hours after the app was removed. */
export function shopRedactBody(store: ShopStore) {
  return shopOf(store)
}
