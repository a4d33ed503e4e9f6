import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canPay } from '../changes/order-steps.ts'
import { verifySessionToken } from '../session-token.ts'
import { serve, serveAdminPages } from './test-servers.ts'
import type { TestServer } from './test-servers.ts'
import { testApp, testShop } from './test-shop.ts'

let shop: ReturnType<typeof testShop>
let app: TestServer
let admin: TestServer

beforeEach(async () => {
  shop = testShop()
  app = await serve((_request, response) => response.writeHead(404).end())
  admin = await serveAdminPages(shop, app.url)
})

afterEach(async () => {
  await admin.close()
  await app.close()
})

function data(query: Record<string, string> = {}): string {
  return `${admin.url}/store/${shop.domain}/data?${new URLSearchParams(query)}`
}

function post(url: string, form: Record<string, string>, headers: Record<string, string> = { Origin: admin.url }) {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' })
}

function firstOf<Value>(records: ReadonlyMap<string, Value>, fits: (value: Value) => boolean = () => true): Value {
  const found = [...records.values()].find(fits)
  if (found === undefined) throw new Error('the seeded shop has no such record')
  return found
}

function productForm(): Record<string, string> {
  const { title, status, vendor, tags, variants } = firstOf(shop.store.products)
  const rows = variants.flatMap(({ id, price, inventoryQuantity }): [string, string][] => [
    [`price-${id}`, price],
    [`inventory-${id}`, String(inventoryQuantity)],
  ])
  return { action: 'product.save', title, status, vendor, tags: tags.join(', '), ...Object.fromEntries(rows) }
}

describe('paths', () => {
  it('leaves every path that is not its own to others', async () => {
    const response = await fetch(`${admin.url}/${shop.domain}/admin/api/2026-10/graphql.json`)
    expect([response.status, await response.text()]).toEqual([404, 'not an admin page'])
  })

  it('knows only shops that exist', async () => {
    expect((await fetch(`${admin.url}/store/nobody.myshopify.com`)).status).toBe(404)
  })

  it('serves the App Bridge stand-in as one classic script', async () => {
    const response = await fetch(`${admin.url}/app-bridge.js`)
    expect(response.headers.get('content-type')).toContain('javascript')
    const script = await response.text()
    expect(script).toContain('document.currentScript')
    expect(script).not.toMatch(/^(import|export) /m)
  })

  it('may be embedded by no page, and embeds the app alone', async () => {
    const policy = (await fetch(`${admin.url}/store/${shop.domain}`)).headers.get('content-security-policy')
    expect(policy).toContain(`frame-src ${app.url};`)
    expect(policy).toContain("frame-ancestors 'none'")
  })
})

describe('other web pages', () => {
  it.each([
    ['another origin', { Origin: 'http://evil.test' }],
    ['an opaque origin', { Origin: 'null' }],
    ['a cross-site request', { 'Sec-Fetch-Site': 'cross-site', Origin: 'http://127.0.0.1' }],
    ['a same-site request', { 'Sec-Fetch-Site': 'same-site' }],
    ['a request without either header', {}],
  ])('cannot change the shop or get a token: %s', async (_what, headers) => {
    const product = firstOf(shop.store.products)
    const address = data({ tab: 'products', id: product.id })
    expect((await post(address, { action: 'product.delete' }, headers)).status).toBe(403)
    expect((await post(`${admin.url}/store/${shop.domain}/token`, {}, headers)).status).toBe(403)
    expect((await post(`${admin.url}/store/${shop.domain}/launch`, {}, headers)).status).toBe(403)
    expect(shop.store.products.has(product.id)).toBe(true)
  })
})

describe('launching', () => {
  it('gives the address of the app with fresh parameters, and tokens, to its own page', async () => {
    const launched = await post(`${admin.url}/store/${shop.domain}/launch?path=/app/orders%3Fa=1`, {})
    const { answer } = (await launched.json()) as { answer: string }
    expect(answer).toMatch(new RegExp(`^${app.url}/app/orders\\?a=1&`))
    const token = (await (await post(`${admin.url}/store/${shop.domain}/token`, {})).json()) as { answer: string }
    for (const issued of [new URL(answer).searchParams.get('id_token'), token.answer]) {
      expect(verifySessionToken(issued ?? '', { ...testApp, nowMs: Date.now() })?.domain).toBe(shop.domain)
    }
  })

  it('says so when nothing answers at the address of the app', async () => {
    await app.close()
    const launched = await post(`${admin.url}/store/${shop.domain}/launch`, {})
    expect(await launched.json()).toEqual({ answer: null })
    app = await serve((_request, response) => response.end())
  })
})

describe('the shop page', () => {
  it('shows the counts, and lists what a search finds', async () => {
    const { title, id } = firstOf(shop.store.products)
    shop.apply({ type: 'product.update', id, fields: { title: 'Zebra <i>lamp</i>' } })
    const page = await (await fetch(data({ tab: 'products', search: 'zebra LAMP' }))).text()
    expect(page).toContain(`<b>${shop.store.orders.size}</b>`)
    expect(page).toContain('Zebra &lt;i&gt;lamp&lt;/i&gt;')
    expect(page).not.toContain('<i>lamp')
    expect(page).not.toContain(`>${title}</a>`)
  })

  it('pages through a long list without losing a record', async () => {
    const listed = new Set<string>()
    for (const page of ['1', '2', '3', '4']) {
      const text = await (await fetch(data({ tab: 'orders', page }))).text()
      for (const [, id] of text.matchAll(/tab=orders&amp;id=(\d+)"/g)) listed.add(id ?? '')
    }
    expect([...listed].sort()).toEqual([...shop.store.orders.keys()].sort())
  })

  it('escapes what it repeats of a refused form and of the address', async () => {
    const hostile = '"><script>alert(1)</script>'
    const { id } = firstOf(shop.store.products)
    const form = { ...productForm(), title: '', vendor: hostile }
    const refused = await (await post(data({ tab: 'products', id }), form)).text()
    const searched = await (await fetch(data({ tab: 'orders', search: hostile, done: hostile }))).text()
    expect(refused).toContain('&quot;&gt;&lt;script&gt;')
    expect(refused + searched).not.toContain('<script>alert')
  })

  it('saves a product as one change of the fields that differ, then shows it again', async () => {
    const { id, variants } = firstOf(shop.store.products)
    const variant = variants[0]
    const form = { ...productForm(), tags: ' b, a ,b,', [`price-${variant?.id}`]: '7.5' }
    const response = await post(data({ tab: 'products', id }), form)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`/store/${shop.domain}/data?tab=products&id=${id}&done=saved`)
    expect(shop.changes).toHaveLength(1)
    expect(shop.changes[0]).toMatchObject({ type: 'product.update', id })
    expect(Object.keys((shop.changes[0] as { fields: object }).fields).sort()).toEqual(['tags', 'variants'])
    expect(shop.store.products.get(id)).toMatchObject({
      tags: ['b', 'a'],
      variants: [{ price: '7.50' }, ...variants.slice(1).map(({ id }) => ({ id }))],
    })
  })

  it('makes no change when nothing differs', async () => {
    const response = await post(data({ tab: 'products', id: firstOf(shop.store.products).id }), productForm())
    expect(response.headers.get('location')).toContain('done=unchanged')
    expect(shop.changes).toEqual([])
  })

  it.each([
    ['price', '-1', 'must be an amount'],
    ['price', '1,5', 'must be an amount'],
    ['inventory', '1.5', 'must be a whole number'],
  ])('refuses %s %s and changes nothing', async (field, value, message) => {
    const { id, variants } = firstOf(shop.store.products)
    const form = { ...productForm(), title: 'New title', [`${field}-${variants[0]?.id}`]: value }
    const response = await post(data({ tab: 'products', id }), form)
    const page = await response.text()
    expect(response.status).toBe(422)
    expect(page).toContain(message)
    expect(page).toContain('value="New title"')
    expect(shop.changes).toEqual([])
  })

  it('edits a customer, and empties a field to null', async () => {
    const { id } = firstOf(shop.store.customers, (customer) => customer.firstName !== null)
    const form = { action: 'customer.save', firstName: ' ', lastName: 'Ríos', email: 'r@example.com', tags: 'vip' }
    await post(data({ tab: 'customers', id }), form)
    const expected = { firstName: null, lastName: 'Ríos', email: 'r@example.com', tags: ['vip'] }
    expect(shop.store.customers.get(id)).toMatchObject(expected)
    const refused = await post(data({ tab: 'customers', id }), { ...form, email: 'nobody' })
    expect(refused.status).toBe(422)
  })

  it('shows in the form what the shop refuses, such as deleting a customer with orders', async () => {
    const { customerId } = firstOf(shop.store.orders, (order) => order.customerId !== null)
    const response = await post(data({ tab: 'customers', id: customerId ?? '' }), { action: 'customer.delete' })
    expect(response.status).toBe(422)
    expect(await response.text()).toMatch(/role="alert">Customer \d+ has orders and cannot be deleted\./)
  })

  it('pays, fulfils, refunds, notes, cancels and deletes an order', async () => {
    const { id } = firstOf(shop.store.orders, canPay)
    const act = (action: string, fields = {}) => post(data({ tab: 'orders', id }), { action, ...fields })
    await act('order.pay')
    await act('order.fulfill')
    await act('order.refund')
    await act('order.note', { note: 'a\r\nb' })
    await act('order.cancel', { reason: 'FRAUD' })
    expect(shop.store.orders.get(id)).toMatchObject({
      fulfillmentStatus: 'FULFILLED',
      note: 'a\nb',
      cancelReason: 'FRAUD',
    })
    expect((await act('order.delete')).headers.get('location')).toBe(
      `/store/${shop.domain}/data?tab=orders&done=deleted`,
    )
    expect(shop.changes.map(({ type }) => type)).toEqual([
      'order.pay',
      'order.fulfill',
      'order.refund',
      'order.update',
      'order.cancel',
      'order.delete',
    ])
  })

  it('adds records and goes to the new one', async () => {
    const response = await post(data({ tab: 'products' }), { action: 'product.create', title: 'Brand new' })
    const id = new URL(response.headers.get('location') ?? '', admin.url).searchParams.get('id') ?? ''
    expect(shop.store.products.get(id)?.title).toBe('Brand new')
  })

  it('makes twenty random changes, and turns webhooks off and on', async () => {
    await post(data(), { action: 'changes.random' })
    expect(shop.changes).toHaveLength(20)
    const before = shop.webhooks.results.length
    await post(data(), { action: 'webhooks.switch', on: '0' })
    await post(data(), { action: 'changes.random' })
    expect(shop.webhooks.enabled).toBe(false)
    expect(shop.webhooks.results).toHaveLength(before)
    await post(data(), { action: 'webhooks.switch', on: '1' })
    expect(shop.webhooks.enabled).toBe(true)
    expect(await (await fetch(data())).text()).toContain(shop.webhooks.results.at(-1)?.topic)
  })

  it('refuses an action that it does not know, and a form beyond all measure', async () => {
    expect((await post(data(), { action: 'shop.delete' })).status).toBe(400)
    expect((await post(data(), { action: 'order.note', note: 'x'.repeat(1_100_000) })).status).toBe(413)
  })
})
