import type { CustomerRecord, Id, OrderRecord, ProductRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { customerBody } from '../webhooks/bodies/customer-body.ts'
import { orderBody } from '../webhooks/bodies/order-body.ts'
import { productBody } from '../webhooks/bodies/product-body.ts'

/** A topic and the body that tells it. The body is a copy: it stays as it is when the record changes again. */
export interface Message {
  topic: string
  body: unknown
}

/** What a change did: the id of the record concerned, and what Shopify says about it, in Shopify's order. */
export interface Outcome {
  id: Id
  messages: Message[]
}

export function productMessage(store: MutableShopStore, topic: string, product: ProductRecord): Message {
  return { topic, body: productBody(store.shop, product) }
}

export function customerMessage(store: MutableShopStore, topic: string, customer: CustomerRecord): Message {
  return { topic, body: customerBody(store.shop, customer) }
}

export function orderMessages(store: MutableShopStore, order: OrderRecord, ...topics: string[]): Message[] {
  const body = orderBody(store, order)
  return topics.map((topic) => ({ topic, body }))
}
