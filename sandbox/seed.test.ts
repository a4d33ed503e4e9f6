import { expect, it } from 'vitest'
import { toCents } from './money.ts'
import type { OrderRecord } from './model.ts'
import { seedShop } from './seed.ts'
import type { MutableShopStore } from './store.ts'

const nowMs = Date.parse('2026-11-22T10:00:00Z')
const SIZES = { products: 300, customers: 400, orders: 1000 }
const shop = (seed: number, sizes = SIZES) => seedShop({ domain: 'seed.myshopify.com', seed, ...sizes }, () => nowMs)

const contents = (store: MutableShopStore) =>
  JSON.stringify([
    ...[store.shop, [...store.products], [...store.customers]],
    ...[[...store.orders], [...store.checkouts], [...store.carts]],
  ])

it('gives the same shop for the same seed, and another for another', () => {
  expect(contents(shop(7))).toBe(contents(shop(7)))
  expect(contents(shop(7))).not.toBe(contents(shop(8)))
})

it('gives ids that a JavaScript number cannot hold, each once', () => {
  const store = shop(1)
  const ids = [...store.products.keys(), ...store.customers.keys(), ...store.orders.keys()]
  for (const product of store.products.values())
    ids.push(...product.variants.flatMap((variant) => [variant.id, variant.inventoryItemId]))
  for (const order of store.orders.values())
    ids.push(...[...order.lineItems, ...order.refunds, ...order.transactions].map((one) => one.id))
  ids.push(store.nextId())
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.every((id) => BigInt(id) > 2n ** 53n)).toBe(true)
})

function breaches(order: OrderRecord): string[] {
  const cents = (amount: string) => toCents(amount)
  const lines = order.lineItems.reduce((sum, line) => sum + cents(line.price) * line.quantity, 0)
  const rules: [boolean, string][] = [
    [lines - cents(order.totalDiscounts) === cents(order.subtotalPrice), 'subtotal = lines - discounts'],
    [
      cents(order.subtotalPrice) + cents(order.totalShipping) + cents(order.totalTax) === cents(order.totalPrice),
      'total = subtotal + shipping + tax',
    ],
    [
      cents(order.totalPrice) - cents(order.totalRefunded) === cents(order.currentTotalPrice),
      'current = total - refunded',
    ],
    [
      (order.financialStatus === 'REFUNDED') === (order.currentTotalPrice === '0.00' && order.totalRefunded !== '0.00'),
      'refunded means all of it',
    ],
    [order.financialStatus !== 'PARTIALLY_REFUNDED' || order.totalRefunded !== '0.00', 'partly refunded means some'],
    [
      order.refunds.reduce((sum, one) => sum + cents(one.totalRefunded), 0) === cents(order.totalRefunded),
      'refunds sum up to what is refunded',
    ],
    [order.transactions.length > 0, 'some payment, if only one that is pending'],
    [(order.cancelledAt === null) === (order.cancelReason === null), 'cancelled for a reason'],
    [order.createdAt <= order.updatedAt && Date.parse(order.updatedAt) <= nowMs, 'created, updated, now'],
    [order.lineItems.every((line) => line.currentQuantity >= 0 && line.currentQuantity <= line.quantity), 'quantities'],
    [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(order.updatedAt), 'whole seconds'],
  ]
  return rules.filter(([holds]) => !holds).map(([, rule]) => `${order.name}: ${rule}`)
}

it('gives orders whose amounts, states and times agree', () => {
  expect([...shop(3).orders.values()].flatMap(breaches)).toEqual([])
})

it('refers to records that exist, and counts orders for their customers', () => {
  const store = shop(4)
  const counted = new Map<string, number>()
  for (const order of store.orders.values()) {
    if (order.customerId) expect(store.customers.has(order.customerId)).toBe(true)
    if (order.customerId && !order.test && !order.cancelledAt)
      counted.set(order.customerId, (counted.get(order.customerId) ?? 0) + 1)
    for (const line of order.lineItems) {
      const variants = line.productId === null ? null : store.products.get(line.productId)?.variants
      expect(variants?.some((variant) => variant.id === line.variantId) ?? line.variantId === null).toBe(true)
    }
  }
  for (const customer of store.customers.values()) expect(customer.numberOfOrders).toBe(counted.get(customer.id) ?? 0)
})

it('has the cases that trip up a copy', () => {
  const store = shop(5)
  const products = [...store.products.values()]
  const customers = [...store.customers.values()]
  const orders = [...store.orders.values()]
  const checkouts = [...store.checkouts.values()]
  const cases: Record<string, boolean> = {
    'more than 100 variants': products.some((one) => one.variants.length > 100),
    drafts: products.some((one) => one.status === 'DRAFT' && one.publishedAt === null),
    archived: products.some((one) => one.status === 'ARCHIVED'),
    'no sku': products.some((one) => one.variants.some((variant) => variant.sku === null)),
    'compare-at prices': products.some((one) => one.variants.some((variant) => variant.compareAtPrice !== null)),
    'tags that differ in case': products.some((one) => one.tags.includes('summer') && one.tags.includes('Summer')),
    'customers without e-mail': customers.some((one) => one.email === null),
    'customers without phone': customers.some((one) => one.phone === null),
    'customers without address': customers.some((one) => one.defaultAddress === null),
    'names beyond ASCII': customers.some((one) => /[^\0-\x7f]/.test(one.firstName ?? '')),
    '30 lines': orders.some((one) => one.lineItems.length === 30),
    'nobody bought it': orders.some((one) => one.customerId === null),
    'custom items': orders.some((one) => one.lineItems.some((line) => line.productId === null)),
    tests: orders.some((one) => one.test),
    cancelled: orders.some((one) => one.cancelledAt !== null),
    refunded: orders.some((one) => one.financialStatus === 'REFUNDED'),
    'partly refunded': orders.some((one) => one.financialStatus === 'PARTIALLY_REFUNDED'),
    'no shipping address': orders.some((one) => one.shippingAddress === null),
    'other currencies': orders.some((one) => one.presentmentCurrency !== one.currency),
    'no cart': orders.some((one) => one.cartToken === null),
    'checkouts of nobody known': checkouts.some((one) => one.email === null && one.phone === null),
    'checkouts by telephone': checkouts.some((one) => one.email === null && one.phone !== null),
    'checkouts with 30 lines': checkouts.some((one) => one.lineItems.length === 30),
    'checkouts without a cart': checkouts.some((one) => one.cartToken === null),
    'checkouts in other currencies': checkouts.some((one) => one.presentmentCurrency !== one.currency),
    'empty carts': [...store.carts.values()].some((one) => one.lineItems.length === 0),
    'a second with more than 25 orders': Object.values(Object.groupBy(orders, (one) => one.updatedAt)).some(
      (group) => (group?.length ?? 0) > 25,
    ),
  }
  expect(Object.keys(cases).filter((name) => !cases[name])).toEqual([])
})

it('has a tenth as many checkouts and carts as orders, some of the checkouts recovered into orders', () => {
  const { orders, checkouts, carts } = shop(6)
  expect([checkouts.size, carts.size]).toEqual([100, 100])
  const byToken = new Map([...orders.values()].map((order) => [order.checkoutToken, order]))
  const completed = [...checkouts.values()].filter(({ completedAt }) => completedAt !== null)
  expect(completed.length).toBeGreaterThan(5)
  for (const { token, cartToken, completedAt } of completed)
    expect(byToken.get(token)).toMatchObject({ cartToken, createdAt: completedAt })
})

it('has the same orders with and without checkouts', () => {
  const none = seedShop({ domain: 'seed.myshopify.com', seed: 7, ...SIZES, checkouts: 0, carts: 0 }, () => nowMs)
  expect([none.checkouts.size, none.carts.size]).toEqual([0, 0])
  expect([...none.orders]).toEqual([...shop(7).orders])
})

it('seeds an empty shop, and one of nothing but orders', () => {
  expect(shop(1, { products: 0, customers: 0, orders: 0 }).orders.size).toBe(0)
  expect(shop(1, { products: 0, customers: 0, orders: 20 }).orders.size).toBe(20)
})

it('refuses a domain that is not a shop', () => {
  expect(() => seedShop({ domain: 'example.com', seed: 1, ...SIZES }, () => nowMs)).toThrow('not a shop domain')
})
