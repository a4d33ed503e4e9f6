import { describe, expect, it } from 'vitest'
import { newOrder } from '../../changes/new-order.ts'
import { newVariant } from '../../changes/new-variant.ts'
import { firstOf, testShop, twoLines } from '../../changes/test-shop.ts'
import type { OrderRecord } from '../../model.ts'
import { customerRedactBody, dataRequestBody } from './compliance-body.ts'
import { customerBody } from './customer-body.ts'
import { orderBody } from './order-body.ts'
import { productBody } from './product-body.ts'
import { shopTime } from './shop-time.ts'

const { store } = testShop()

/** The body as a reader of JSON sees it who keeps numbers only as far as JavaScript can. */
const read = (body: unknown) => JSON.parse(JSON.stringify(body))

const orderWith = (fields: Partial<OrderRecord>) =>
  read(orderBody(store, newOrder(store, { ...twoLines(), ...fields })))

describe('ids', () => {
  it('are bare numbers with every digit, beside the exact global id', () => {
    const text = JSON.stringify(orderBody(store, { ...newOrder(store, twoLines()), id: '9007199254740993' }))
    expect(text).toContain('"id":9007199254740993,"admin_graphql_api_id":"gid://shopify/Order/9007199254740993"')
  })

  it('of compliance topics name the customer and the orders', () => {
    const order = [...store.orders.values()].find(({ customerId }) => customerId !== null)!
    const own = [...store.orders.values()].filter(({ customerId }) => customerId === order.customerId)
    const ids = own.map(({ id }) => id).join()
    expect(JSON.stringify(dataRequestBody(store, order.customerId!))).toContain(`"orders_requested":[${ids}]`)
    expect(JSON.stringify(customerRedactBody(store, order.customerId!))).toContain(`"orders_to_redact":[${ids}]`)
    expect(JSON.stringify(customerRedactBody(store, '7'))).toContain('"customer":{"id":7,"email":null,"phone":null}')
  })
})

describe('times', () => {
  const at = (timezone: string, time: string) => shopTime({ ...store.shop, timezone }, time)

  it("have the shop's offset on that day", () => {
    expect(at('America/New_York', '2026-11-22T10:00:00Z')).toBe('2026-11-22T05:00:00-05:00')
    expect(at('America/New_York', '2026-07-01T02:30:00Z')).toBe('2026-06-30T22:30:00-04:00')
    expect(at('Europe/London', '2026-01-01T00:00:00Z')).toBe('2026-01-01T00:00:00+00:00')
    expect(at('Asia/Kolkata', '2026-12-31T20:00:00Z')).toBe('2027-01-01T01:30:00+05:30')
    expect(at('UTC', '2026-11-22T10:00:00Z')).toBe('2026-11-22T10:00:00+00:00')
  })

  it('are null where the record has none', () => {
    expect(orderWith({})).toMatchObject({ cancelled_at: null, closed_at: null })
  })
})

describe('orders', () => {
  it.each([
    ['UNFULFILLED', null],
    ['ON_HOLD', null],
    ['IN_PROGRESS', null],
    ['SCHEDULED', null],
    ['PARTIALLY_FULFILLED', 'partial'],
    ['FULFILLED', 'fulfilled'],
  ] as const)('%s is %j in REST', (fulfillmentStatus, word) => {
    expect(orderWith({ fulfillmentStatus }).fulfillment_status).toBe(word)
  })

  it('have lower-case words, joined tags, and an empty address where there is none', () => {
    const body = orderWith({
      financialStatus: 'PARTIALLY_REFUNDED',
      cancelReason: 'FRAUD',
      tags: ['a b', 'ç'],
      email: null,
      phone: null,
    })
    expect(body).toMatchObject({
      financial_status: 'partially_refunded',
      cancel_reason: 'fraud',
      tags: 'a b, ç',
      email: '',
      contact_email: null,
      phone: null,
      customer: null,
      shipping_address: null,
    })
    expect(orderWith({ tags: [] }).tags).toBe('')
  })

  it("give money in the shop's currency with two places, and the buyer's beside it", () => {
    const body = orderWith({ presentmentCurrency: 'EUR', totalTax: '0.5' })
    expect(body).toMatchObject({
      currency: store.shop.currency,
      presentment_currency: 'EUR',
      total_price: '63.50',
      total_tax: '0.50',
      total_price_set: {
        shop_money: { amount: '63.50', currency_code: store.shop.currency },
        presentment_money: { amount: '79.38', currency_code: 'EUR' },
      },
    })
    expect(body.line_items[0]).toMatchObject({ price: '30.00', total_discount: '6.00', current_quantity: 2 })
  })

  it('tell what was refunded in the transactions of their refunds', () => {
    const body = orderWith({ totalRefunded: '27.00' })
    expect(body.current_total_price).toBe('36.00')
    expect(body.refunds[0].transactions).toMatchObject([{ kind: 'refund', status: 'success', amount: '27.00' }])
    expect(orderWith({}).refunds).toEqual([])
  })
})

describe('customers', () => {
  it('have null where the record has null, and none of the fields that Shopify leaves out', () => {
    const customer = { ...firstOf(store.customers), email: null, defaultAddress: null, state: 'ENABLED' as const }
    const body = read(customerBody(store.shop, customer))
    expect(body).toMatchObject({ email: null, default_address: null, addresses: [], state: 'enabled' })
    for (const key of ['tags', 'orders_count', 'total_spent', 'accepts_marketing']) expect(body).not.toHaveProperty(key)
  })
})

describe('products', () => {
  it('carry the first 100 variants in full and all of them as ids, the latest update first', () => {
    const product = firstOf(store.products)
    const variants = Array.from({ length: 103 }, (_, index) => ({
      ...newVariant(store, product, `Option ${index}`, { position: index + 1 }),
      updatedAt: index === 101 ? '2026-11-22T10:00:01Z' : '2026-11-22T10:00:00Z',
    }))
    const body = read(productBody(store.shop, { ...product, status: 'ARCHIVED', tags: ['x', 'y'], variants }))
    expect(body).toMatchObject({ status: 'archived', tags: 'x, y' })
    expect(body.variants).toHaveLength(100)
    expect(body.variant_gids).toHaveLength(103)
    expect(body.variant_gids[0]).toEqual({
      admin_graphql_api_id: `gid://shopify/ProductVariant/${variants[101]!.id}`,
      updated_at: '2026-11-22T10:00:01.000Z',
    })
  })
})
