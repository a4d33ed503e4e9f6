import type { Id, OrderRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { orderEditBody } from '../webhooks/bodies/order-edit-body.ts'
import { deletedBody } from '../webhooks/bodies/product-body.ts'
import type { Message, Outcome } from './announcement.ts'
import { orderMessages, paymentMessages } from './announcement.ts'
import { countOrder } from './customer-changes.ts'
import { findCustomer, findOrder } from './find-record.ts'
import { firstVariantLine, newOrder } from './new-order.ts'
import { saveProduct } from './product-changes.ts'

/**
 * Also counts the order for its customer and takes what was sold from the variants' inventory, each of which announces
 * itself: Shopify sends products/update "whenever a product is ordered".
 */
export function createOrder(store: MutableShopStore, fields?: Partial<OrderRecord>): Outcome {
  if (fields?.id !== undefined && store.orders.has(fields.id)) throw new Error(`order ${fields.id} exists already`)
  const customer = fields?.customerId ? findCustomer(store, fields.customerId) : null
  const order = newOrder(store, fields)
  const customerMessages = customer ? [countOrder(store, customer, order)] : []
  const productMessages = takeFromInventory(store, order)
  store.orders.set(order.id, order)
  const paidAtOnce = order.financialStatus === 'PAID' ? ['orders/paid'] : []
  return {
    id: order.id,
    messages: [
      ...orderMessages(store, order, 'orders/create', ...paidAtOnce),
      ...paymentMessages(store, order),
      ...customerMessages,
      ...productMessages,
    ],
  }
}

export function updateOrder(store: MutableShopStore, id: Id, fields: Partial<OrderRecord>): Outcome {
  const order = findOrder(store, id)
  if (fields.customerId) findCustomer(store, fields.customerId)
  return saveOrder(store, { ...order, ...structuredClone(fields), id }, 'orders/updated')
}

/** Staff put one more of something into the order as a gift, which leaves its amounts as they are. */
export function editOrder(store: MutableShopStore, id: Id): Outcome {
  const order = findOrder(store, id)
  if (order.cancelledAt !== null) throw new Error(`order ${id} cannot be edited: it is cancelled`)
  const gift = { ...firstVariantLine(store), price: '0.00' }
  const { messages } = saveOrder(store, { ...order, lineItems: [...order.lineItems, gift] }, 'orders/updated')
  const edit = { topic: 'orders/edited', body: orderEditBody(store, findOrder(store, id), store.nextId(), [gift]) }
  return { id, messages: [edit, ...messages] }
}

/** The admin's pages offer this for test and cancelled orders only; the API deletes any. */
export function deleteOrder(store: MutableShopStore, id: Id): Outcome {
  findOrder(store, id)
  store.orders.delete(id)
  return { id, messages: [{ topic: 'orders/delete', body: deletedBody(id) }] }
}

/** Stores the order as updated now and announces it by the topics, and what is new among its refunds and transactions. */
export function saveOrder(store: MutableShopStore, order: OrderRecord, ...topics: string[]): Outcome {
  const before = store.orders.get(order.id)
  const saved = { ...order, updatedAt: store.timestamp() }
  store.orders.set(saved.id, saved)
  const messages = [...orderMessages(store, saved, ...topics), ...paymentMessages(store, saved, before)]
  return { id: saved.id, messages }
}

function takeFromInventory(store: MutableShopStore, order: OrderRecord): Message[] {
  const soldByVariant = new Map<Id, number>()
  for (const { variantId, quantity } of order.lineItems)
    if (variantId !== null) soldByVariant.set(variantId, (soldByVariant.get(variantId) ?? 0) + quantity)

  return [...new Set(order.lineItems.map(({ productId }) => productId))].flatMap((productId) => {
    const product = productId === null ? undefined : store.products.get(productId)
    if (!product?.variants.some(({ id }) => soldByVariant.has(id))) return []
    const variants = product.variants.map((variant) => {
      const sold = soldByVariant.get(variant.id)
      return sold === undefined ? variant : { ...variant, inventoryQuantity: variant.inventoryQuantity - sold }
    })
    return saveProduct(store, { ...product, variants }).messages
  })
}
