/** What comes of a person after they have been erased, and does not say whose it is. */
import { afterAll, beforeEach, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { pool } from '~/db.server'
import { withRunLock } from '~/db/runs.server'
import { resources } from '~/resources/registry'
import type { Resource, SourceNode } from '~/resources/resource'
import { ingest } from '~/sync/ingest'
import type { SourcePort } from '~/sync/ports'
import { inTransaction } from '~/transaction.server'
import { applyPending } from '~/webhooks/apply-pending.server'
import { rawId } from '../../sandbox/webhooks/bodies/raw-id.ts'
import { dump, tracesIn } from '../factories/dump.ts'
import { nodeOf } from '../factories/nodes.ts'
import { bodyAbout, type Inhabitant, uniquePerson } from '../factories/person-bodies.ts'
import { closeAll, deliver, deliveriesOf, installShop, query, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

/** Ids beyond 2^53. */
const whose: Inhabitant = {
  person: uniquePerson(),
  ...{ customerId: '7000000000000000001', orderId: '8000000000000000001' },
  ...{ checkoutId: '9000000000000000001', cartToken: 'cart-1' },
}
const { email, phone, firstName, lastName, address1 } = whose.person
const later = (minutes: number) => ({ updated_at: new Date(Date.now() + minutes * 60_000).toISOString() })
const nobody = { customer: null, id: undefined, customer_id: undefined }

/** The sample's line items are too many to be told apart from those of other orders. */
const order = (changes: Record<string, unknown> = {}) => ({
  ...bodyAbout('orders/updated', whose),
  ...{ customer: null, line_items: [], ...changes },
})
const checkout = (changes: Record<string, unknown> = {}) => ({
  ...bodyAbout('checkouts/update', whose),
  ...{ ...nobody, line_items: [], ...changes },
})

const traces = async () => tracesIn(await dump(), Object.values(whose.person))

const rowOf = async ({ id }: TestShop, table: string) =>
  (await query<object>(`select email, customer_id, total_price, channel from ${table} where shop_id = $1`, [id]))[0]

let shop: TestShop

const NEVER_SEEN = '8000000000000000002'

/**
 * An order that Shopify lists as theirs, and a checkout with their e-mail address: neither names a customer. And an order that is
 * listed and has not come.
 */
beforeEach(async () => {
  shop = await installShop()
  await deliver(shop.domain, 'orders/create', order())
  await deliver(shop.domain, 'checkouts/create', checkout())
  expect(Object.keys(await traces())).not.toEqual([])
  const customer = { id: rawId(whose.customerId), email, phone }
  const orders_to_redact = [whose.orderId, NEVER_SEEN].map(rawId)
  await deliver(shop.domain, 'customers/redact', { customer, orders_to_redact })
  expect(await traces()).toEqual({})
})

it('is known by its id to be theirs, however often a newer version comes by webhook', async () => {
  for (const minutes of [1, 2]) {
    const changed = { ...later(minutes), total_price: `${minutes}.00` }
    expect(await deliver(shop.domain, 'orders/updated', order(changed))).toBe(200)
    expect(await deliver(shop.domain, 'checkouts/update', checkout(changed))).toBe(200)
    expect(await traces()).toEqual({})
    const row = { email: null, customer_id: null, total_price: `${minutes}.0000`, channel: 'webhook' }
    for (const table of ['orders', 'checkouts']) expect(await rowOf(shop, table)).toEqual(row)
  }
  await deliver(shop.domain, 'orders/updated', order({ ...later(3), line_items: null }))
  expect(await traces()).toEqual({})
})

it('is known to be theirs though the copy never had it', async () => {
  const body = {
    ...order(later(1)),
    ...{ id: rawId(NEVER_SEEN), admin_graphql_api_id: `gid://shopify/Order/${NEVER_SEEN}` },
  }
  expect(await deliver(shop.domain, 'orders/create', body)).toBe(200)
  expect(await traces()).toEqual({})
  const found = await query('select email, total_price from orders where shop_id = $1 and id = $2', [
    shop.id,
    NEVER_SEEN,
  ])
  expect(found).toEqual([{ email: null, total_price: '404.9500' }])
})

it('is known to be of somebody without a customer record', async () => {
  const guest = { ...whose, orderId: '8000000000000000003' }
  const body = { ...bodyAbout('orders/updated', guest), customer: null, line_items: [] }
  await deliver(shop.domain, 'orders/create', body)
  const customer = { id: null, email, phone }
  await deliver(shop.domain, 'customers/redact', { customer, orders_to_redact: [rawId(guest.orderId)] })
  expect(await traces()).toEqual({})
  await deliver(shop.domain, 'orders/updated', { ...body, ...later(1) })
  expect(await traces()).toEqual({})
})

it('is another’s when it is said to be', async () => {
  const anothers = { id: 5, admin_graphql_api_id: 'gid://shopify/Customer/5' }
  const changed = { ...later(1), email: 'bob@example.com', customer: anothers }
  await deliver(shop.domain, 'orders/updated', { ...order(changed), customer: anothers })
  expect(await rowOf(shop, 'orders')).toMatchObject({ email: 'bob@example.com', customer_id: '5' })
  await query('delete from webhook_deliveries where shop_id = $1', [shop.id])
  await query('delete from orders where shop_id = $1', [shop.id])
})

const address = { firstName, lastName, phone, address1 }
const told = { email, phone, note: `for ${firstName}`, shippingAddress: address, billingAddress: address }
const refunds = [
  {
    id: 'gid://shopify/Refund/1',
    createdAt: '2026-06-01T00:00:00Z',
    note: `${lastName} called`,
    totalRefundedSet: null,
  },
]
const orderNode = (minutes: number) =>
  nodeOf('orders', { id: whose.orderId, updatedAt: later(minutes).updated_at, fields: { ...told, refunds } })

const unused = () => Promise.reject(new Error('not to be called'))
const sourceOf = (node: SourceNode): SourcePort => ({
  ...{ open: unused, count: unused, page: unused, deletedSince: unused, ids: unused },
  nodes: () => Promise.resolve({ nodes: [node], observedAt: new Date().toISOString(), requestedCost: 1 }),
})

it('waits with nothing but ids where its order has to be read, and is read without the person', async () => {
  const topics = ['refunds/create', 'order_transactions/create', 'orders/edited', 'customers/merge']
  for (const topic of topics) expect(await deliver(shop.domain, topic, bodyAbout(topic, whose))).toBe(200)
  expect(await traces()).toEqual({})
  const waiting = (await deliveriesOf(shop)).filter(({ topic }) => topics.includes(topic))
  expect(waiting.map(({ state }) => state)).toEqual(topics.map(() => 'pending'))
  const source = sourceOf(orderNode(1))
  const customers = () => Promise.resolve({ nodes: [], observedAt: new Date().toISOString(), requestedCost: 1 })
  const shopify: SourcePort = {
    ...source,
    nodes: (resource, ids) => (resource.name === 'orders' ? source.nodes(resource, ids) : customers()),
  }
  expect(await applyPending(shop.id, { source: shopify })).toEqual({ applied: 4, pending: 0, dead: 0 })
  expect(await traces()).toEqual({})
  const row = { email: null, customer_id: null, total_price: '12.0000', channel: 'pull' }
  expect(await rowOf(shop, 'orders')).toEqual(row)
  expect(await query('select note from order_refunds where shop_id = $1', [shop.id])).toEqual([{ note: null }])
})

async function pull(resource: Resource, node: SourceNode) {
  const target = { shopId: shop.id, resource, channel: 'pull', runId: null } as const
  const records = [{ record: resource.fromNode(node), observedAt: later(10).updated_at, deliveryId: null }]
  return inTransaction(pool, (client) => ingest(copyPort(client), { target, records }))
}

it('is known to be theirs in a page of a pull, which is found unchanged when it comes again', async () => {
  const node = orderNode(1)
  expect(await pull(resources.orders, node)).toMatchObject({ written: [whose.orderId] })
  const found = { email: null, customer_id: null, channel: 'pull' }
  expect(await rowOf(shop, 'orders')).toMatchObject(found)
  expect(await traces()).toEqual({})
  expect(await pull(resources.orders, node)).toMatchObject({ unchanged: [whose.orderId] })
  expect(await pull(resources.orders, orderNode(2))).toMatchObject({ written: [whose.orderId] })
  expect(await rowOf(shop, 'orders')).toMatchObject(found)
  expect(await traces()).toEqual({})
})

it('is known to be theirs in a bulk load', async () => {
  for (const minutes of [1, 2]) {
    const operation = { operationId: `gid://shopify/BulkOperation/${minutes}`, startedAt: later(minutes).updated_at }
    await withRunLock(pool, shop.id, resources.orders, async (_, bulkRuns) => {
      const run = await bulkRuns.begin('manual', { ...operation, said: 1, exact: true })
      const stage = await bulkRuns.stage(run)
      await stage.add([{ line: 'record', record: resources.orders.fromNode(orderNode(minutes)) }])
      await stage.end()
      expect(await bulkRuns.merge(run, async () => undefined)).toMatchObject({ written: 1 })
      await bulkRuns.fail(run, 'enough', true)
    })
    const found = { email: null, customer_id: null, channel: 'bulk' }
    expect(await rowOf(shop, 'orders')).toMatchObject(found)
    expect(await traces()).toEqual({})
  }
})
