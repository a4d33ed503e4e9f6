import type { CustomerRecord, Id, OrderRecord, ProductRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { customerBody } from '../webhooks/bodies/customer-body.ts'
import { orderBody } from '../webhooks/bodies/order-body.ts'
import { productBody } from '../webhooks/bodies/product-body.ts'
import { refundBody } from '../webhooks/bodies/refund-body.ts'
import { orderTransactionBody } from '../webhooks/bodies/transaction-body.ts'

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

/**
 * The refunds and transactions that the order has and `before` had not. Shopify tells of transactions that succeeded,
 * failed or ended in an error, not of those that are pending (documentation of order_transactions/create).
 */
export function paymentMessages(store: MutableShopStore, order: OrderRecord, before?: OrderRecord): Message[] {
  const isNew = <T extends { id: Id }>(known: readonly T[] = []) => {
    const ids = new Set(known.map(({ id }) => id))
    return ({ id }: T) => !ids.has(id)
  }
  const refunds = order.refunds.filter(isNew(before?.refunds))
  const transactions = order.transactions
    .filter(isNew(before?.transactions))
    .filter(({ status }) => status !== 'PENDING')
  return [
    ...refunds.map((refund) => ({ topic: 'refunds/create', body: refundBody(store, order, refund) })),
    ...transactions.map((transaction) => ({
      topic: 'order_transactions/create',
      body: orderTransactionBody(store, order, transaction),
    })),
  ]
}
