import type { Id, OrderRecord } from '../model.ts'
import { toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import type { Outcome } from './announcement.ts'
import { findOrder } from './find-record.ts'
import { lineCents, outstandingCents, refunded } from './order-amounts.ts'
import { saveOrder } from './order-changes.ts'
import { newTransaction, refundOf } from './payments.ts'

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

/** Captures what was authorized, or takes what is still owed. */
export function payOrder(store: MutableShopStore, id: Id): Outcome {
  const order = allowed(findOrder(store, id), canPay, 'paid')
  const cents = outstandingCents(order)
  const authorization = order.transactions.find(({ kind }) => kind === 'AUTHORIZATION')
  const transaction = newTransaction(store, order, {
    kind: authorization ? 'CAPTURE' : 'SALE',
    parentId: authorization?.id ?? null,
    createdAt: store.timestamp(),
    cents,
  })
  const paid: OrderRecord = { ...order, financialStatus: 'PAID', transactions: [...order.transactions, transaction] }
  return saveOrder(store, paid, 'orders/paid', 'orders/updated')
}

/** Closes the order. What was paid is given back and its units with it; where nothing was, the order is void. */
export function cancelOrder(store: MutableShopStore, id: Id, reason: OrderRecord['cancelReason'] = 'OTHER'): Outcome {
  const order = allowed(findOrder(store, id), canCancel, 'cancelled')
  const now = store.timestamp()
  const cancelled = { ...order, cancelledAt: now, closedAt: now, cancelReason: reason ?? 'OTHER' }
  const wasPaid = !['PENDING', 'AUTHORIZED', 'VOIDED'].includes(order.financialStatus)
  const settled = wasPaid ? givenBack(store, cancelled) : voided(store, cancelled)
  return saveOrder(store, settled, 'orders/cancelled', 'orders/updated')
}

function givenBack(store: MutableShopStore, order: OrderRecord): OrderRecord {
  const cents = toCents(order.currentTotalPrice) - outstandingCents(order)
  const lines = order.lineItems.flatMap(({ id, currentQuantity }) =>
    currentQuantity > 0 ? { lineItemId: id, quantity: currentQuantity } : [],
  )
  const isNothing = cents === 0 && lines.length === 0
  return {
    ...(isNothing ? order : withRefund(store, order, { cents, lines, note: null })),
    financialStatus: 'REFUNDED',
    lineItems: order.lineItems.map((line) => ({ ...line, currentQuantity: 0 })),
  }
}

function voided(store: MutableShopStore, order: OrderRecord): OrderRecord {
  const authorization = order.transactions.find(({ kind }) => kind === 'AUTHORIZATION')
  const isOpen = authorization && order.financialStatus === 'AUTHORIZED'
  const transactions = isOpen
    ? [
        newTransaction(store, order, {
          kind: 'VOID',
          parentId: authorization.id,
          createdAt: store.timestamp(),
          cents: toCents(authorization.amount),
        }),
      ]
    : []
  return { ...order, financialStatus: 'VOIDED', transactions: [...order.transactions, ...transactions] }
}

/** Gives back one unit of the first line that has any left; with the last unit, all that remains of the total. */
export function refundOrder(store: MutableShopStore, id: Id, note: string | null = null): Outcome {
  const order = allowed(findOrder(store, id), canRefund, 'refunded')
  const remainingCents = toCents(order.currentTotalPrice)
  const units = order.lineItems.reduce((sum, line) => sum + line.currentQuantity, 0)
  const line = order.lineItems.find(({ currentQuantity }) => currentQuantity > 0)!
  const cents = units === 1 ? remainingCents : Math.min(lineCents(line, 1), remainingCents)
  const lines = [{ lineItemId: line.id, quantity: 1 }]
  const saved: OrderRecord = {
    ...withRefund(store, order, { cents, lines, note }),
    lineItems: order.lineItems.map((one) =>
      one === line ? { ...one, currentQuantity: one.currentQuantity - 1 } : one,
    ),
    financialStatus: units === 1 || cents === remainingCents ? 'REFUNDED' : 'PARTIALLY_REFUNDED',
  }
  return saveOrder(store, saved, 'orders/updated')
}

function withRefund(
  store: MutableShopStore,
  order: OrderRecord,
  given: { cents: number; lines: { lineItemId: Id; quantity: number }[]; note: string | null },
): OrderRecord {
  const { refund, transaction } = refundOf(store, order, { ...given, at: store.timestamp() })
  return {
    ...order,
    ...refunded(order, given.cents),
    refunds: [...order.refunds, refund],
    transactions: [...order.transactions, transaction],
  }
}

export function fulfillOrder(store: MutableShopStore, id: Id): Outcome {
  const order = allowed(findOrder(store, id), canFulfill, 'fulfilled')
  return saveOrder(store, { ...order, fulfillmentStatus: 'FULFILLED' }, 'orders/fulfilled', 'orders/updated')
}

function allowed(order: OrderRecord, can: (order: OrderRecord) => boolean, done: string): OrderRecord {
  if (can(order)) return order
  const state = [order.financialStatus, order.fulfillmentStatus, order.cancelledAt && 'cancelled'].filter(Boolean)
  throw new Error(`order ${order.id} cannot be ${done}: it is ${state.join(', ')}`)
}
