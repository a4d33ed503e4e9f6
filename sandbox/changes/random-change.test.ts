import { expect, it } from 'vitest'
import type { Change } from '../contract.ts'
import { toCents } from '../money.ts'
import { seededRandom } from '../random.ts'
import type { MutableShopStore } from '../store.ts'
import { applyChange } from './apply-change.ts'
import { randomChange } from './random-change.ts'
import { testShop } from './test-shop.ts'

const changeTypes: Change['type'][] = [
  ...(['product.create', 'product.update', 'product.delete'] as const),
  ...(['variant.create', 'variant.update', 'variant.delete'] as const),
  ...(['customer.create', 'customer.update', 'customer.delete'] as const),
  ...(['order.create', 'order.update', 'order.edit', 'order.delete'] as const),
  ...(['cart.create', 'cart.update'] as const),
  ...(['checkout.create', 'checkout.update', 'checkout.complete', 'checkout.delete'] as const),
  ...(['order.pay', 'order.cancel', 'order.refund', 'order.fulfill'] as const),
]

/** What must hold in any shop; a sentence for each breach. */
function breaches(store: MutableShopStore): string[] {
  const found: string[] = []
  const ids = new Set<string>()
  const check = (holds: boolean, what: string) => holds || found.push(what)
  const unique = (id: string) => check(ids.size < ids.add(id).size, `${id} is not unique`)
  for (const product of store.products.values()) {
    unique(product.id)
    check(product.variants.length > 0, `product ${product.id} has no variant`)
    check(product.updatedAt >= product.createdAt, `product ${product.id} was updated before it was created`)
    product.variants.forEach((variant, index) => {
      unique(variant.id)
      check(variant.position === index + 1, `variant ${variant.id} is out of place`)
      check(variant.productId === product.id, `variant ${variant.id} is of another product`)
      check(variant.updatedAt <= product.updatedAt, `variant ${variant.id} is newer than its product`)
    })
  }
  for (const customer of store.customers.values()) {
    unique(customer.id)
    const { email, phone, firstName, lastName } = customer
    check((email ?? phone ?? firstName ?? lastName) !== null, `customer ${customer.id} has no name or address`)
  }
  const emails = [...store.customers.values()].flatMap(({ email }) => email ?? [])
  check(new Set(emails).size === emails.length, 'two customers have the same e-mail address')
  for (const order of store.orders.values()) {
    unique(order.id)
    const cents = (field: 'subtotalPrice' | 'totalShipping' | 'totalTax' | 'totalPrice' | 'totalRefunded') =>
      toCents(order[field])
    const lines = order.lineItems.reduce((sum, line) => sum + toCents(line.price) * line.quantity, 0)
    check(lines - toCents(order.totalDiscounts) === cents('subtotalPrice'), `subtotal of ${order.name}`)
    const total = cents('subtotalPrice') + cents('totalShipping') + cents('totalTax')
    check(total === cents('totalPrice'), `total of ${order.name}`)
    const current = toCents(order.currentTotalPrice)
    check(current >= 0 && current === cents('totalPrice') - cents('totalRefunded'), `current total of ${order.name}`)
    const sum = (amounts: { amount: string }[]) => amounts.reduce((cents, { amount }) => cents + toCents(amount), 0)
    const refunded = order.refunds.reduce((sum, refund) => sum + toCents(refund.totalRefunded), 0)
    check(refunded === cents('totalRefunded'), `refunds of ${order.name}`)
    const back = order.transactions.filter(({ kind }) => kind === 'REFUND')
    check(sum(back) === refunded && back.length === order.refunds.length, `money given back for ${order.name}`)
    for (const { id } of [...order.refunds, ...order.transactions]) unique(id)
    check((order.cancelledAt === null) === (order.cancelReason === null), `cancellation of ${order.name}`)
    check(order.customerId === null || store.customers.has(order.customerId), `customer of ${order.name}`)
    for (const line of order.lineItems) {
      unique(line.id)
      check(line.currentQuantity >= 0 && line.currentQuantity <= line.quantity, `quantity in ${order.name}`)
    }
  }
  for (const checkout of store.checkouts.values()) {
    const { id, token, lineItems } = checkout
    unique(id)
    unique(token)
    const subtotal = lineItems.reduce((sum, line) => sum + toCents(line.price) * line.quantity, 0)
    check(subtotal === toCents(checkout.subtotalPrice), `subtotal of checkout ${id}`)
    check(subtotal + toCents(checkout.totalTax) === toCents(checkout.totalPrice), `total of checkout ${id}`)
    check(checkout.updatedAt >= checkout.createdAt, `checkout ${id} was updated before it was created`)
    check(checkout.completedAt === null || (checkout.email ?? checkout.phone) !== null, `nobody completed ${id}`)
  }
  for (const cart of store.carts.values()) {
    const variants = cart.lineItems.map(({ variantId }) => variantId)
    check(new Set(variants).size === variants.length, `cart ${cart.id} has a variant twice`)
  }
  return found
}

it('keeps the shop whole over 2,000 random changes of every kind', () => {
  const seed = 20261122
  const random = seededRandom(seed)
  const { store, later } = testShop({ products: 30, customers: 40, orders: 60 })
  expect(breaches(store), 'as seeded').toEqual([])
  const seen = new Set<string>()
  const cleared = new Set<string>()
  for (let step = 1; step <= 2_000; step++) {
    const now = later(step % 3)
    const change = randomChange(store, random)
    seen.add(change.type)
    for (const [field, value] of Object.entries('fields' in change ? (change.fields ?? {}) : {}))
      if (value === null) cleared.add(`${change.type} ${field}`)
    const { id, announcements } = applyChange(store, change)
    expect(announcements.length, `seed ${seed}, step ${step}`).toBeGreaterThan(0)
    const record = [store.products, store.customers, store.orders, store.checkouts, store.carts]
      .map((records) => records.get(id))
      .find((one) => one !== undefined)
    expect(record?.updatedAt ?? now, `seed ${seed}, step ${step}, ${change.type}`).toBe(now)
    if (step % 100 === 0) expect(breaches(store), `seed ${seed}, step ${step}`).toEqual([])
  }
  expect([...seen].toSorted()).toEqual(changeTypes.toSorted())
  expect([...cleared]).toEqual(
    expect.arrayContaining([
      ...['product.update publishedAt', 'variant.update sku', 'order.update shippingAddress', 'order.update email'],
      ...['email', 'phone', 'firstName', 'lastName', 'note', 'defaultAddress'].map(
        (field) => `customer.update ${field}`,
      ),
      ...['order.update phone', 'order.update billingAddress', 'order.update closedAt', 'order.update note'],
    ]),
  )
})

it('draws the same changes for the same seed', () => {
  const run = () => {
    const random = seededRandom(5)
    const { store } = testShop()
    return Array.from({ length: 100 }, () => {
      const change = randomChange(store, random)
      applyChange(store, change)
      return change
    })
  }
  expect(run()).toEqual(run())
})

it.each([0, 1])('works on a shop that begins with %i of each', (size) => {
  const random = seededRandom(3)
  const { store } = testShop({ products: size, customers: size, orders: size })
  for (let step = 0; step < 200; step++) applyChange(store, randomChange(store, random))
  expect(breaches(store)).toEqual([])
})
