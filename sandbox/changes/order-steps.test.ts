import { expect, it } from 'vitest'
import type { OrderRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { applyChange } from './apply-change.ts'
import { testShop, twoLines } from './test-shop.ts'

function orderWith(store: MutableShopStore, financialStatus: OrderRecord['financialStatus']): string {
  return applyChange(store, { type: 'order.create', fields: { ...twoLines(), financialStatus } }).id
}

it('refunds unit by unit, the last with all that remains', () => {
  const { store } = testShop()
  const id = orderWith(store, 'PAID')
  const steps = [1, 2, 3].map(() => {
    applyChange(store, { type: 'order.refund', id })
    const { totalRefunded, currentTotalPrice, financialStatus, lineItems } = store.orders.get(id)!
    return [totalRefunded, currentTotalPrice, financialStatus, lineItems.map((line) => line.currentQuantity)]
  })
  expect(steps).toEqual([
    ['27.00', '36.00', 'PARTIALLY_REFUNDED', [1, 1]],
    ['54.00', '9.00', 'PARTIALLY_REFUNDED', [0, 1]],
    ['63.00', '0.00', 'REFUNDED', [0, 0]],
  ])
  expect(() => applyChange(store, { type: 'order.refund', id })).toThrow('cannot be refunded: it is REFUNDED')
})

it('gives back what was paid when an order is cancelled', () => {
  const { store, later } = testShop()
  const id = orderWith(store, 'PAID')
  const now = later()
  applyChange(store, { type: 'order.cancel', id, reason: 'FRAUD' })
  const order = store.orders.get(id)!
  expect(order).toMatchObject({
    cancelledAt: now,
    closedAt: now,
    cancelReason: 'FRAUD',
    financialStatus: 'REFUNDED',
    totalRefunded: '63.00',
    currentTotalPrice: '0.00',
  })
  expect(order.lineItems.map((line) => line.currentQuantity)).toEqual([0, 0])
  expect(() => applyChange(store, { type: 'order.cancel', id })).toThrow('cannot be cancelled')
})

it('voids a cancelled order that nobody paid', () => {
  const { store } = testShop()
  const id = orderWith(store, 'AUTHORIZED')
  applyChange(store, { type: 'order.cancel', id })
  expect(store.orders.get(id)).toMatchObject({
    financialStatus: 'VOIDED',
    cancelReason: 'OTHER',
    totalRefunded: '0.00',
    currentTotalPrice: '63.00',
  })
  expect(() => applyChange(store, { type: 'order.pay', id })).toThrow('cannot be paid: it is VOIDED')
})

it('pays once and fulfils once', () => {
  const { store } = testShop()
  const id = orderWith(store, 'PENDING')
  expect(() => applyChange(store, { type: 'order.refund', id })).toThrow('cannot be refunded')
  applyChange(store, { type: 'order.pay', id })
  applyChange(store, { type: 'order.fulfill', id })
  expect(store.orders.get(id)).toMatchObject({ financialStatus: 'PAID', fulfillmentStatus: 'FULFILLED' })
  expect(() => applyChange(store, { type: 'order.pay', id })).toThrow('cannot be paid')
  expect(() => applyChange(store, { type: 'order.fulfill', id })).toThrow('cannot be fulfilled')
})

it('keeps each refund with its note, its units and the transaction that paid it back', () => {
  const { store, later } = testShop()
  const id = orderWith(store, 'AUTHORIZED')
  applyChange(store, { type: 'order.pay', id })
  const now = later()
  applyChange(store, { type: 'order.refund', id, note: 'Arrived damaged' })
  applyChange(store, { type: 'order.refund', id })
  const { refunds, transactions } = store.orders.get(id)!
  expect(refunds.map(({ note, totalRefunded, lines }) => [note, totalRefunded, lines])).toEqual([
    ['Arrived damaged', '27.00', [{ lineItemId: '71', quantity: 1 }]],
    [null, '27.00', [{ lineItemId: '71', quantity: 1 }]],
  ])
  const [authorization, capture, ...back] = transactions
  expect(authorization).toMatchObject({ kind: 'AUTHORIZATION', amount: '63.00', status: 'SUCCESS', parentId: null })
  expect(capture).toMatchObject({ kind: 'CAPTURE', amount: '63.00', parentId: authorization!.id })
  expect(back).toMatchObject(
    refunds.map(({ id }) => ({
      kind: 'REFUND',
      amount: '27.00',
      refundId: id,
      parentId: capture!.id,
      processedAt: now,
    })),
  )
})

it('tells of payments that came to an end, not of one that is pending', () => {
  const { store } = testShop()
  const { announcements } = applyChange(store, {
    type: 'order.create',
    fields: { ...twoLines(), financialStatus: 'PENDING' },
  })
  expect(announcements.map(({ topic }) => topic)).not.toContain('order_transactions/create')
  const [order] = [...store.orders.values()].slice(-1)
  expect(order!.transactions).toMatchObject([{ kind: 'SALE', status: 'PENDING', processedAt: null }])
})
