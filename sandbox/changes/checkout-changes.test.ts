import { expect, it } from 'vitest'
import { applyChange } from './apply-change.ts'
import { firstOf, testShop } from './test-shop.ts'

const topicsOf = ({ announcements }: ReturnType<typeof applyChange>) => announcements.map(({ topic }) => topic)

it('a checkout that is completed becomes an order with its tokens, lines and amounts', () => {
  const { store, later } = testShop()
  const customerId = firstOf(store.customers).id
  const fields = { totalTax: '2.50', customerId, phone: '+15035550100' }
  const { id } = applyChange(store, { type: 'checkout.create', fields })
  const now = later()
  const completed = applyChange(store, { type: 'checkout.complete', id })
  expect(topicsOf(completed).slice(0, 3)).toEqual(['checkouts/update', 'orders/create', 'orders/paid'])
  const checkout = store.checkouts.get(id)!
  expect(checkout).toMatchObject({ completedAt: now, updatedAt: now })
  const order = store.orders.get(completed.id)!
  expect(order).toMatchObject({
    ...{ checkoutToken: checkout.token, cartToken: checkout.cartToken, customerId, totalTax: '2.50' },
    ...{ email: checkout.email, phone: '+15035550100', totalPrice: checkout.totalPrice, financialStatus: 'PAID' },
  })
  const [line] = checkout.lineItems
  expect(order.lineItems).toMatchObject([{ variantId: line!.variantId, quantity: 1, price: line!.price }])
  expect(() => applyChange(store, { type: 'checkout.complete', id })).toThrow('cannot be completed')
  expect(() => applyChange(store, { type: 'checkout.update', id, fields: {} })).toThrow('cannot be changed')
})

it('takes no order from somebody whom nobody can reach', () => {
  const { store } = testShop()
  const { id } = applyChange(store, { type: 'checkout.create', fields: { email: null } })
  expect(() => applyChange(store, { type: 'checkout.complete', id })).toThrow('cannot be completed')
  applyChange(store, { type: 'checkout.update', id, fields: { phone: '+15035550100' } })
  expect(store.orders.has(applyChange(store, { type: 'checkout.complete', id }).id)).toBe(true)
})

it('works out the amounts of what is in a checkout now', () => {
  const { store } = testShop()
  const { id } = applyChange(store, { type: 'checkout.create', fields: { totalTax: '1.00' } })
  const [line] = store.checkouts.get(id)!.lineItems
  const lineItems = [{ ...line!, quantity: 3, price: '2.50' }]
  applyChange(store, { type: 'checkout.update', id, fields: { lineItems } })
  expect(store.checkouts.get(id)).toMatchObject({ subtotalPrice: '7.50', totalTax: '1.00', totalPrice: '8.50' })
})

it('announces carts and checkouts', () => {
  const { store } = testShop()
  const cart = applyChange(store, { type: 'cart.create' })
  expect(topicsOf(cart)).toEqual(['carts/create'])
  expect(topicsOf(applyChange(store, { type: 'cart.update', id: cart.id, fields: { lineItems: [] } }))).toEqual([
    'carts/update',
  ])
  const checkout = applyChange(store, { type: 'checkout.create' })
  expect(topicsOf(checkout)).toEqual(['checkouts/create'])
  const { id } = checkout
  expect(topicsOf(applyChange(store, { type: 'checkout.update', id, fields: {} }))).toEqual(['checkouts/update'])
  expect(topicsOf(applyChange(store, { type: 'checkout.delete', id }))).toEqual(['checkouts/delete'])
  expect(store.checkouts.has(id)).toBe(false)
  expect(() => applyChange(store, { type: 'checkout.delete', id })).toThrow(`unknown checkout ${id}`)
})
