import type { Id, OrderRecord } from '../model.ts'
import { toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import type { Outcome } from './announcement.ts'
import { findOrder } from './find-record.ts'
import { lineCents, outstandingCents, refunded } from './order-amounts.ts'
import { saveOrder } from './order-changes.ts'

/** Whether Shopify would take the step: it refuses a second payment, cancellation or fulfilment, and the like. */
export function canPay(order: OrderRecord): boolean {
  return order.cancelledAt === null && ['AUTHORIZED', 'PENDING', 'PARTIALLY_PAID'].includes(order.financialStatus)
}

export function canCancel(order: OrderRecord): boolean {
  return order.cancelledAt === null
}

export function canRefund(order: OrderRecord): boolean {
  const isPaid = order.financialStatus === 'PAID' || order.financialStatus === 'PARTIALLY_REFUNDED'
  return isPaid && order.lineItems.some((line) => line.currentQuantity > 0)
}

export function canFulfill(order: OrderRecord): boolean {
  return order.cancelledAt === null && order.fulfillmentStatus !== 'FULFILLED'
}

export function payOrder(store: MutableShopStore, id: Id): Outcome {
  const order = allowed(findOrder(store, id), canPay, 'paid')
  return saveOrder(store, { ...order, financialStatus: 'PAID' }, 'orders/paid', 'orders/updated')
}

/** Closes the order. What was paid is given back and its units with it; where nothing was, the order is void. */
export function cancelOrder(store: MutableShopStore, id: Id, reason: OrderRecord['cancelReason'] = 'OTHER'): Outcome {
  const order = allowed(findOrder(store, id), canCancel, 'cancelled')
  const now = store.timestamp()
  const cancelled = { ...order, cancelledAt: now, closedAt: now, cancelReason: reason ?? 'OTHER' }
  const wasPaid = !['PENDING', 'AUTHORIZED', 'VOIDED'].includes(order.financialStatus)
  const paidCents = toCents(order.currentTotalPrice) - outstandingCents(order)
  const settled: OrderRecord = wasPaid
    ? {
        ...cancelled,
        ...refunded(order, paidCents),
        financialStatus: 'REFUNDED',
        lineItems: order.lineItems.map((line) => ({ ...line, currentQuantity: 0 })),
      }
    : { ...cancelled, financialStatus: 'VOIDED' }
  return saveOrder(store, settled, 'orders/cancelled', 'orders/updated')
}

/** Gives back one unit of the first line that has any left; with the last unit, all that remains of the total. */
export function refundOrder(store: MutableShopStore, id: Id): Outcome {
  const order = allowed(findOrder(store, id), canRefund, 'refunded')
  const remainingCents = toCents(order.currentTotalPrice)
  const units = order.lineItems.reduce((sum, line) => sum + line.currentQuantity, 0)
  const index = order.lineItems.findIndex((line) => line.currentQuantity > 0)
  const lineItems = order.lineItems.map((line, at) =>
    at === index ? { ...line, currentQuantity: line.currentQuantity - 1 } : line,
  )
  const unitCents = order.lineItems[index] ? lineCents(order.lineItems[index], 1) : 0
  const amounts = refunded(order, units === 1 ? remainingCents : Math.min(unitCents, remainingCents))
  const isAll = units === 1 || toCents(amounts.currentTotalPrice) === 0
  const financialStatus = isAll ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
  return saveOrder(store, { ...order, ...amounts, lineItems, financialStatus }, 'orders/updated')
}

export function fulfillOrder(store: MutableShopStore, id: Id): Outcome {
  const order = allowed(findOrder(store, id), canFulfill, 'fulfilled')
  return saveOrder(store, { ...order, fulfillmentStatus: 'FULFILLED' }, 'orders/updated')
}

function allowed(order: OrderRecord, can: (order: OrderRecord) => boolean, done: string): OrderRecord {
  if (can(order)) return order
  const state = [order.financialStatus, order.fulfillmentStatus, order.cancelledAt && 'cancelled'].filter(Boolean)
  throw new Error(`order ${order.id} cannot be ${done}: it is ${state.join(', ')}`)
}
