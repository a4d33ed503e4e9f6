import { randomUUID } from 'node:crypto'
import type { Change } from '../contract.ts'
import type { Id } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import type { Message, Outcome } from './announcement.ts'
import { createCart, updateCart } from './cart-changes.ts'
import { completeCheckout, createCheckout, deleteCheckout, updateCheckout } from './checkout-changes.ts'
import { createCustomer, deleteCustomer, mergeCustomers, updateCustomer } from './customer-changes.ts'
import { createOrder, deleteOrder, editOrder, updateOrder } from './order-changes.ts'
import { cancelOrder, fulfillOrder, payOrder, refundOrder } from './order-steps.ts'
import { createProduct, deleteProduct, updateProduct } from './product-changes.ts'
import { createVariant, deleteVariant, updateVariant } from './variant-changes.ts'

/** One webhook to be sent. All that one change causes bear the same event id. */
export interface Announcement extends Message {
  eventId: string
}

export interface AppliedChange {
  /** The record concerned: the product for a variant change, the new order for a checkout that was completed. */
  id: Id
  announcements: Announcement[]
}

/**
 * Changes the shop as Shopify would, and gives the webhooks that Shopify sends for it, in its order. Records are
 * replaced, never altered, so that a record held from before stays as it was. Throws, and changes nothing, when a
 * record is unknown or when Shopify would refuse.
 */
export function applyChange(store: MutableShopStore, change: Change): AppliedChange {
  const { id, messages } = outcomeOf(store, change)
  store.touched()
  const eventId = randomUUID()
  return { id, announcements: messages.map((message) => ({ ...message, eventId })) }
}

function outcomeOf(store: MutableShopStore, change: Change): Outcome {
  switch (change.type) {
    case 'product.create':
      return createProduct(store, change.fields)
    case 'product.update':
      return updateProduct(store, change.id, change.fields)
    case 'product.delete':
      return deleteProduct(store, change.id)
    case 'variant.create':
      return createVariant(store, change.productId)
    case 'variant.update':
      return updateVariant(store, change.productId, change.id, change.fields)
    case 'variant.delete':
      return deleteVariant(store, change.productId, change.id)
    case 'customer.create':
      return createCustomer(store, change.fields)
    case 'customer.update':
      return updateCustomer(store, change.id, change.fields)
    case 'customer.delete':
      return deleteCustomer(store, change.id)
    case 'customer.merge':
      return mergeCustomers(store, change.id, change.mergedId)
    case 'order.create':
      return createOrder(store, change.fields)
    case 'order.update':
      return updateOrder(store, change.id, change.fields)
    case 'order.edit':
      return editOrder(store, change.id)
    case 'order.pay':
      return payOrder(store, change.id)
    case 'order.cancel':
      return cancelOrder(store, change.id, change.reason)
    case 'order.refund':
      return refundOrder(store, change.id, change.note)
    case 'order.fulfill':
      return fulfillOrder(store, change.id)
    case 'order.delete':
      return deleteOrder(store, change.id)
    case 'cart.create':
      return createCart(store, change.fields)
    case 'cart.update':
      return updateCart(store, change.id, change.fields)
    case 'checkout.create':
      return createCheckout(store, change.fields)
    case 'checkout.update':
      return updateCheckout(store, change.id, change.fields)
    case 'checkout.complete':
      return completeCheckout(store, change.id)
    case 'checkout.delete':
      return deleteCheckout(store, change.id)
  }
}
