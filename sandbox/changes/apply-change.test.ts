import { describe, expect, it } from 'vitest'
import type { Change } from '../contract.ts'
import { applyChange } from './apply-change.ts'
import { firstOf, testShop, twoLines } from './test-shop.ts'

const topicsOf = (applied: ReturnType<typeof applyChange>) => applied.announcements.map(({ topic }) => topic)

function bodyOf(applied: ReturnType<typeof applyChange>, topic: string) {
  const found = applied.announcements.find((announcement) => announcement.topic === topic)
  return JSON.parse(JSON.stringify(found?.body))
}

describe('products and variants', () => {
  it('announces a created product and stores it as updated now', () => {
    const { store, later } = testShop()
    const now = later()
    const applied = applyChange(store, {
      type: 'product.create',
      fields: { title: 'New', updatedAt: '2020-01-01T00:00:00Z' },
    })
    expect(topicsOf(applied)).toEqual(['products/create'])
    expect(store.products.get(applied.id)).toMatchObject({ title: 'New', createdAt: now, updatedAt: now })
    expect(store.products.get(applied.id)?.variants).toHaveLength(1)
  })

  it('touches the product, and only the variant that changed, when a variant changes', () => {
    const { store, later } = testShop()
    const { id } = applyChange(store, { type: 'product.create' })
    applyChange(store, { type: 'variant.create', productId: id })
    const created = store.products.get(id)!
    const [first, second] = created.variants
    const now = later()
    const change: Change = { type: 'variant.update', productId: id, id: first!.id, fields: { price: '7.5', sku: null } }
    expect(topicsOf(applyChange(store, change))).toEqual(['products/update'])
    const product = store.products.get(id)!
    expect(product.updatedAt).toBe(now)
    expect(product.variants[0]).toMatchObject({ price: '7.50', updatedAt: now })
    expect(product.variants[1]).toEqual(second)
    expect(first!.price, 'the record held from before').toBe('10.00')
  })

  it('closes the gap that a deleted variant leaves, and keeps the last variant', () => {
    const { store } = testShop()
    const { id } = applyChange(store, { type: 'product.create' })
    applyChange(store, { type: 'variant.create', productId: id })
    const [first, second] = store.products.get(id)!.variants
    expect(topicsOf(applyChange(store, { type: 'variant.delete', productId: id, id: first!.id }))).toEqual([
      'products/update',
    ])
    expect(store.products.get(id)!.variants.map((variant) => [variant.id, variant.position])).toEqual([[second!.id, 1]])
    expect(() => applyChange(store, { type: 'variant.delete', productId: id, id: second!.id })).toThrow('the last of')
  })

  it('leaves the ids in the order lines when the product is deleted, and no longer names them in bodies', () => {
    const { store } = testShop()
    const product = firstOf(store.products)
    const { id } = applyChange(store, { type: 'order.create' })
    const deleted = applyChange(store, { type: 'product.delete', id: product.id })
    expect(JSON.stringify(deleted.announcements.map(({ body }) => body))).toBe(`[{"id":${product.id}}]`)
    expect(store.orders.get(id)!.lineItems[0]!.productId).toBe(product.id)
    const line = bodyOf(applyChange(store, { type: 'order.fulfill', id }), 'orders/updated').line_items[0]
    expect(line).toMatchObject({ product_exists: false, product_id: null, variant_id: null })
  })
})

describe('customers', () => {
  it('announces create, update and delete, each as updated now', () => {
    const { store, later } = testShop()
    const created = applyChange(store, { type: 'customer.create', fields: { email: null, phone: '+12065550100' } })
    expect(topicsOf(created)).toEqual(['customers/create'])
    const now = later()
    const updated = applyChange(store, { type: 'customer.update', id: created.id, fields: { note: 'x' } })
    expect(topicsOf(updated)).toEqual(['customers/update'])
    expect(store.customers.get(created.id)).toMatchObject({ note: 'x', email: null, updatedAt: now })
    expect(topicsOf(applyChange(store, { type: 'customer.delete', id: created.id }))).toEqual(['customers/delete'])
    expect(store.customers.has(created.id)).toBe(false)
  })

  it('announces that a customer was enabled or disabled, besides the update', () => {
    const { store } = testShop()
    const { id } = applyChange(store, { type: 'customer.create' })
    const become = (state: 'DISABLED' | 'ENABLED' | 'INVITED') =>
      topicsOf(applyChange(store, { type: 'customer.update', id, fields: { state } }))
    expect(become('DISABLED')).toEqual(['customers/update'])
    expect(become('INVITED')).toEqual(['customers/update'])
    expect(become('ENABLED')).toEqual(['customers/update', 'customers/enable'])
    expect(become('DISABLED')).toEqual(['customers/update', 'customers/disable'])
  })

  it('merges two customers, whose orders follow without being updated', () => {
    const { store, later } = testShop()
    const kept = applyChange(store, { type: 'customer.create' }).id
    const merged = applyChange(store, { type: 'customer.create' }).id
    const orderId = applyChange(store, { type: 'order.create', fields: { customerId: merged } }).id
    const { updatedAt } = store.orders.get(orderId)!
    later()
    const change = { type: 'customer.merge', id: kept, mergedId: merged } as const
    expect(topicsOf(applyChange(store, change))).toEqual(['customers/merge'])
    expect(store.customers.has(merged)).toBe(false)
    expect(store.customers.get(kept)).toMatchObject({ numberOfOrders: 1 })
    expect(store.orders.get(orderId)).toMatchObject({ customerId: kept, updatedAt })
    expect(() => applyChange(store, { ...change, mergedId: kept })).toThrow('cannot be merged')
  })

  it('refuses to delete a customer who has orders', () => {
    const { store } = testShop()
    const { id } = applyChange(store, { type: 'customer.create' })
    applyChange(store, { type: 'order.create', fields: { customerId: id } })
    expect(() => applyChange(store, { type: 'customer.delete', id })).toThrow(`customer ${id} has orders`)
    expect(store.customers.has(id)).toBe(true)
  })
})

describe('orders', () => {
  it('counts for the customer and takes from the inventory, under one event id', () => {
    const { store, later } = testShop()
    const { id: customerId } = applyChange(store, { type: 'customer.create' })
    const before = firstOf(store.products)
    const now = later()
    const applied = applyChange(store, { type: 'order.create', fields: { customerId } })
    expect(topicsOf(applied)).toEqual([
      ...['orders/create', 'orders/paid', 'order_transactions/create'],
      ...['customers/update', 'products/update'],
    ])
    expect(new Set(applied.announcements.map(({ eventId }) => eventId)).size).toBe(1)
    const order = store.orders.get(applied.id)!
    expect(store.customers.get(customerId)).toMatchObject({
      numberOfOrders: 1,
      amountSpent: order.totalPrice,
      updatedAt: now,
    })
    const product = store.products.get(before.id)!
    expect(product.updatedAt).toBe(now)
    expect(product.variants[0]!.inventoryQuantity).toBe(before.variants[0]!.inventoryQuantity - 1)
    expect(bodyOf(applied, 'orders/create').customer.updated_at).toBe(bodyOf(applied, 'customers/update').updated_at)
  })

  it('works out the amounts that are not given', () => {
    const { store } = testShop()
    const { id } = applyChange(store, { type: 'order.create', fields: { ...twoLines(), totalTax: '1.50' } })
    expect(store.orders.get(id)).toMatchObject({
      subtotalPrice: '59.00',
      totalDiscounts: '6.00',
      totalPrice: '64.50',
      currentTotalPrice: '64.50',
    })
  })

  it.each([
    ['order.pay', 'PENDING', ['orders/paid', 'orders/updated', 'order_transactions/create']],
    ['order.cancel', 'PAID', ['orders/cancelled', 'orders/updated', 'refunds/create', 'order_transactions/create']],
    ['order.cancel', 'PENDING', ['orders/cancelled', 'orders/updated']],
    ['order.cancel', 'AUTHORIZED', ['orders/cancelled', 'orders/updated', 'order_transactions/create']],
    ['order.refund', 'PAID', ['orders/updated', 'refunds/create', 'order_transactions/create']],
    ['order.fulfill', 'PAID', ['orders/fulfilled', 'orders/updated']],
    ['order.edit', 'PAID', ['orders/edited', 'orders/updated']],
    ['order.delete', 'PAID', ['orders/delete']],
  ] as const)(
    '%s of an order that is %s announces what Shopify announces, as of now',
    (type, financialStatus, topics) => {
      const { store, later } = testShop()
      const created = applyChange(store, { type: 'order.create', fields: { ...twoLines(), financialStatus } })
      expect(topicsOf(created).includes('orders/paid')).toBe(financialStatus === 'PAID')
      const now = later()
      expect(topicsOf(applyChange(store, { type, id: created.id }))).toEqual(topics)
      expect(store.orders.get(created.id)?.updatedAt).toBe(type === 'order.delete' ? undefined : now)
    },
  )

  it('refuses a customer that the shop does not have', () => {
    const { store } = testShop()
    const sizes = [store.orders.size, store.version]
    expect(() => applyChange(store, { type: 'order.create', fields: { customerId: '5' } })).toThrow(
      'unknown customer 5',
    )
    expect([store.orders.size, store.version]).toEqual(sizes)
  })
})

describe('bodies', () => {
  it('are written from the record after the change and stay so when it changes again', () => {
    const { store, later } = testShop()
    const { id } = applyChange(store, { type: 'order.create', fields: twoLines() })
    const fields = { note: 'first', tags: ['a'] }
    const first = applyChange(store, { type: 'order.update', id, fields })
    const written = JSON.stringify(first)
    expect(bodyOf(first, 'orders/updated')).toMatchObject({ note: 'first', tags: 'a' })
    later()
    fields.tags.push('b')
    applyChange(store, { type: 'order.refund', id })
    applyChange(store, { type: 'order.update', id, fields: { note: 'second' } })
    expect(JSON.stringify(first)).toBe(written)
    expect(store.orders.get(id)!.tags).toEqual(['a'])
  })
})

describe('unknown records', () => {
  it.each([
    [{ type: 'product.update', id: '1', fields: {} }, 'unknown product 1'],
    [{ type: 'product.delete', id: '1' }, 'unknown product 1'],
    [{ type: 'variant.create', productId: '1' }, 'unknown product 1'],
    [{ type: 'customer.update', id: '2', fields: {} }, 'unknown customer 2'],
    [{ type: 'customer.delete', id: '2' }, 'unknown customer 2'],
    [{ type: 'order.update', id: '3', fields: {} }, 'unknown order 3'],
    [{ type: 'order.pay', id: '3' }, 'unknown order 3'],
    [{ type: 'order.delete', id: '3' }, 'unknown order 3'],
  ] satisfies [Change, string][])('%j is refused with type and id', (change, message) => {
    const { store } = testShop()
    expect(() => applyChange(store, change)).toThrow(message)
  })

  it('names an unknown variant of a known product', () => {
    const { store } = testShop()
    const productId = firstOf(store.products).id
    expect(() => applyChange(store, { type: 'variant.delete', productId, id: '4' })).toThrow('unknown variant 4')
  })
})
