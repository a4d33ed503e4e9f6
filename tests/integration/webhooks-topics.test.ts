import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { closeAll, deliver, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

/** In the order of shopify.app.toml. */
const declared = [...readFileSync('shopify.app.toml', 'utf8').matchAll(/topics = \[([^\]]*)\]/g)].flatMap(([, list]) =>
  [...(list ?? '').matchAll(/"([^"]+)"/g)].map(([, topic]) => topic ?? ''),
)

const order = { table: 'orders', id: '820982911946154508', row: { email: 'jon@example.com', total_price: '404.9500' } }
const customer = { table: 'customers', id: '706405506930370084', row: { email: 'bob@biller.com', last_name: 'Biller' } }
const checkout = {
  table: 'checkouts',
  id: '981820079255243537',
  row: { token: '123123123', email: 'example@email.com', total_price: '421.8800' },
}
const cart = { table: 'carts', id: 'exampleCartId', row: { line_items: [{ quantity: 3, price: '19.99' }] } }
const product = { table: 'products', id: '788032119674292922', row: { title: 'Example T-Shirt', status: 'ACTIVE' } }

/** What Shopify's sample of each topic leaves in the copy: the row that it names. */
const records: Readonly<Record<string, { table: string; id: string; row: Record<string, unknown> }>> = {
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

/** Waits, to have the order read that it is about. */
const isSignal = async ({ id }: TestShop) => {
  expect(await query('select state, error from webhook_deliveries where shop_id = $1', [id])).toEqual([
    { state: 'pending', error: expect.stringContaining('alone') as string },
  ])
}

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
  },
  'customers/redact': async ({ id }) => {
    expect(await query('select id, deleted_via from customers where shop_id = $1', [id])).toEqual([
      { id: '191167', deleted_via: 'customers/redact' },
    ])
  },
  'customers/merge': isSignal,
  'shop/update': async ({ id }) => {
    const [shop] = await query('select name, plan, currency, timezone from shops where id = $1', [id])
    expect(shop).toEqual({ name: 'Super Toys', plan: 'Shopify Plus', currency: 'USD', timezone: null })
    const deliveries = await query('select state, payload from webhook_deliveries where shop_id = $1', [id])
    expect(deliveries).toEqual([{ state: 'applied', payload: null }])
  },
  'orders/edited': isSignal,
  'refunds/create': isSignal,
  'order_transactions/create': isSignal,
  'shop/redact': async ({ id }) => {
    expect(await query('select from shops where id = $1', [id])).toEqual([])
  },
}

describe('every topic that shopify.app.toml declares', () => {
  it('has an effect that is tested here', () => {
    expect([...Object.keys(records), ...Object.keys(effects)].sort()).toEqual(declared.toSorted())
  })

  it.each(declared)('%s: Shopify’s own sample is answered 200 and takes effect', async (topic) => {
    const shop = await installShop()
    expect(await deliver(shop.domain, topic, sampleBody(topic))).toBe(200)
    await effects[topic]?.(shop)
    const record = records[topic]
    if (record === undefined) return
    const rows = await query(`select * from ${record.table} where shop_id = $1 and id = $2`, [shop.id, record.id])
    expect(rows).toMatchObject([record.row])
    const [delivery] = await query('select state, attempts from webhook_deliveries where shop_id = $1', [shop.id])
    expect(delivery).toEqual({ state: 'applied', attempts: 1 })
  })
})
