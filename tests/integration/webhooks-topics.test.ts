/** Shopify's own samples, sent to the server as it listens in production, at the addresses of shopify.app.toml. */
import { readFileSync } from 'node:fs'
import { parseTOML } from 'confbox/toml'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWeb } from '~/web.server'
import { emptyBuild } from '../factories/server-build.ts'
import { closeAll, deliver, deliveryRequest, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

// Before the settings are read: any free port.
vi.hoisted(() => {
  process.env['PORT'] = '0'
})

let web: Awaited<ReturnType<typeof startWeb>>

beforeAll(async () => {
  web = await startWeb({ build: emptyBuild, mode: 'production' })
})

afterAll(async () => {
  await web.stop()
  await closeAll()
})

interface AppToml {
  webhooks: { api_version: string; subscriptions: { topics?: string[]; compliance_topics?: string[]; uri: string }[] }
}

const { webhooks } = parseTOML<AppToml>(readFileSync('shopify.app.toml', 'utf8'))

/** In the order of shopify.app.toml: each topic with its address. */
const declared = webhooks.subscriptions.flatMap(({ topics = [], compliance_topics = [], uri }) =>
  [...topics, ...compliance_topics].map((topic): [topic: string, uri: string] => [topic, uri]),
)

/** The status of the answer. */
async function post(shop: TestShop, topic: string, uri: string): Promise<number> {
  const request = deliveryRequest(shop.domain, topic, sampleBody(topic))
  const url = `http://127.0.0.1:${web.port}${uri}`
  const response = await fetch(url, { method: 'POST', headers: request.headers, body: await request.text() })
  expect(await response.text()).toBe('')
  return response.status
}

const order = {
  table: 'orders',
  id: '820982911946154508',
  row: { email: 'jon@example.com', total_price: '404.9500' },
  children: { table: 'order_line_items', parent: 'order_id', count: 5 },
}
const customer = { table: 'customers', id: '706405506930370084', row: { email: 'bob@biller.com', last_name: 'Biller' } }
const checkout = {
  table: 'checkouts',
  id: '981820079255243537',
  row: { token: '123123123', email: 'example@email.com', total_price: '421.8800' },
}
const cart = { table: 'carts', id: 'exampleCartId', row: { line_items: [{ quantity: 3, price: '19.99' }] } }
const product = {
  table: 'products',
  id: '788032119674292922',
  row: { title: 'Example T-Shirt', status: 'ACTIVE' },
  children: { table: 'product_variants', parent: 'product_id', count: 2 },
}

interface Left {
  table: string
  id: string
  row: Record<string, unknown>
  /** How many rows of the table name the record in that column. */
  children?: { table: string; parent: string; count: number }
}

/** What Shopify's sample of each topic leaves in the copy: the row that it names, and the rows of its parts. */
const records: Readonly<Record<string, Left>> = {
  'orders/create': order,
  'orders/updated': order,
  'orders/paid': order,
  'orders/cancelled': order,
  'orders/fulfilled': order,
  'orders/partially_fulfilled': order,
  'checkouts/create': checkout,
  'checkouts/update': checkout,
  'checkouts/delete': { table: 'checkouts', id: '981820079255243500', row: { deleted_via: 'checkouts/delete' } },
  'carts/create': cart,
  'carts/update': cart,
  'customers/create': customer,
  'customers/update': customer,
  'customers/enable': customer,
  'customers/disable': customer,
  'products/create': product,
  'products/update': product,
  // The samples of the delete topics have rounded ids, but for the customer's gid.
  'orders/delete': { table: 'orders', id: '820982911946154500', row: { deleted_via: 'orders/delete' } },
  'customers/delete': { ...customer, row: { deleted_via: 'customers/delete' } },
  'products/delete': { table: 'products', id: '788032119674292900', row: { deleted_via: 'products/delete' } },
}

/** Waits, to have the record read that it is about. */
const isSignalOf =
  (resource: string, recordId: string) =>
  async ({ id }: TestShop) => {
    const sql = 'select state, error, resource, record_id as "recordId" from webhook_deliveries where shop_id = $1'
    expect(await query(sql, [id])).toEqual([
      { state: 'pending', error: expect.stringContaining('alone') as string, resource, recordId },
    ])
  }
/** The samples have it rounded. */
const isSignalOfOrder = isSignalOf('orders', '820982911946154500')

/** Nothing waits for the operation of the sample: webhooks-bulk-finish.test.ts has those that something waits for. */
const isNoted = async ({ id }: TestShop) => {
  expect(await query('select state, error from webhook_deliveries where shop_id = $1', [id])).toEqual([
    { state: 'ignored', error: 'nothing waits for this bulk operation' },
  ])
}

/** What the samples of the other topics do, which are not about one record of the copy. */
const effects: Readonly<Record<string, (shop: TestShop) => Promise<void>>> = {
  'app/uninstalled': async ({ id }) => {
    expect(await query('select uninstalled_at is not null as "isGone" from shops where id = $1', [id])).toEqual([
      { isGone: true },
    ])
  },
  'app/scopes_update': async ({ id }) => {
    expect(await query('select scopes from shops where id = $1', [id])).toEqual([
      { scopes: 'read_products,write_products' },
    ])
  },
  'bulk_operations/finish': isNoted,
  'customers/data_request': async ({ id }) => {
    expect(await query('select payload from webhook_deliveries where shop_id = $1', [id])).toEqual([
      { payload: { customer: { id: 191167 }, orders_requested: [299938, 280263, 220458] } },
    ])
    const exports = await query('select request_id, customer_id, ready_at from data_exports where shop_id = $1', [id])
    expect(exports).toEqual([{ request_id: '9999', customer_id: '191167', ready_at: null }])
  },
  'customers/redact': async ({ id }) => {
    expect(await query('select id, deleted_via from customers where shop_id = $1', [id])).toEqual([
      { id: '191167', deleted_via: 'customers/redact' },
    ])
  },
  'customers/merge': isSignalOf('customers', '1'),
  'shop/update': async ({ id }) => {
    const [shop] = await query('select name, plan, currency, timezone from shops where id = $1', [id])
    expect(shop).toEqual({ name: 'Super Toys', plan: 'Shopify Plus', currency: 'USD', timezone: null })
    const deliveries = await query('select state, payload from webhook_deliveries where shop_id = $1', [id])
    expect(deliveries).toEqual([{ state: 'applied', payload: null }])
  },
  'orders/edited': isSignalOfOrder,
  'refunds/create': isSignalOfOrder,
  'order_transactions/create': isSignalOfOrder,
  'shop/redact': async ({ id }) => {
    expect(await query('select from shops where id = $1', [id])).toEqual([])
  },
}

describe('every topic that shopify.app.toml declares', () => {
  it('has an effect that is tested here', () => {
    const topics = declared.map(([topic]) => topic)
    expect([...Object.keys(records), ...Object.keys(effects)].sort()).toEqual(topics.sort())
  })

  it.each(declared)('%s at %s: Shopify’s own sample is answered 200 and takes effect', async (topic, uri) => {
    const shop = await installShop()
    expect(await post(shop, topic, uri)).toBe(200)
    await effects[topic]?.(shop)
    const record = records[topic]
    if (record === undefined) return
    const { table, id, row, children } = record
    expect(await query(`select * from ${table} where shop_id = $1 and id = $2`, [shop.id, id])).toMatchObject([row])
    if (children !== undefined) {
      const sql = `select from ${children.table} where shop_id = $1 and ${children.parent} = $2`
      expect(await query(sql, [shop.id, id])).toHaveLength(children.count)
    }
    const [delivery] = await query('select state, attempts from webhook_deliveries where shop_id = $1', [shop.id])
    expect(delivery).toEqual({ state: 'applied', attempts: 1 })
  })
})

it('the action of the route does the same', async () => {
  const shop = await installShop()
  expect(await deliver(shop.domain, 'orders/create', sampleBody('orders/create'))).toBe(200)
  expect(await query('select id, email from orders where shop_id = $1', [shop.id])).toEqual([
    { id: order.id, email: order.row.email },
  ])
})

it('the samples are of an older version than the app’s, of which there are none yet', () => {
  expect(() => sampleBody('orders/create', {}, webhooks.api_version)).toThrow('Unknown shopify api version')
})
