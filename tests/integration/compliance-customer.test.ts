import { randomUUID } from 'node:crypto'
import { afterAll, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { withRunLock } from '~/db/runs.server'
import { inTransaction } from '~/transaction.server'
import { pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { ingest } from '~/sync/ingest'
import { dump, tracesIn } from '../factories/dump.ts'
import { closeAll, deliver, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

const CUSTOMER = 7001
const ORDER = 8001
const traces = ['ada.lovelace@example.com', '+15145550199', 'Lovelace', 'Augusta', 'St. James Square']
const [email, phone, lastName, firstName, address1] = traces as [string, string, string, string, string]

const address = { first_name: firstName, last_name: lastName, address1, phone }
const person = { id: CUSTOMER, admin_graphql_api_id: `gid://shopify/Customer/${CUSTOMER}`, email, phone }

function customer(changes: Record<string, unknown> = {}) {
  const names = { first_name: firstName, last_name: lastName, default_address: address, addresses: [address] }
  return sampleBody('customers/create', { ...person, ...names, ...changes })
}

function order(id: number, changes: Record<string, unknown> = {}) {
  return sampleBody('orders/create', {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    ...{ email, phone, contact_email: email, note: `For ${firstName}`, line_items: [] },
    ...{ customer: { ...person, first_name: firstName }, shipping_address: address, billing_address: address },
    ...changes,
  })
}

const checkoutToken = 'a'.repeat(32)

function checkout(id: number, changes: Record<string, unknown> = {}) {
  return sampleBody('checkouts/create', {
    ...{ name: `#${id}`, token: String(id), email, customer: { ...person, first_name: firstName } },
    ...{ shipping_address: address, billing_address: address, line_items: [] },
    ...changes,
  })
}

const redaction = (changes: Record<string, unknown> = {}) => ({
  shop_id: 1,
  customer: { id: CUSTOMER, email, phone },
  orders_to_redact: [ORDER],
  ...changes,
})

async function tracesLeft(): Promise<string[]> {
  const found = tracesIn(await dump(), traces)
  return traces.filter((trace) => trace in found)
}

async function eventOf(webhookId: string) {
  return (await query<object>('select * from compliance_events where webhook_id = $1', [webhookId]))[0]
}

async function fillWithPerson(shop: TestShop) {
  await deliver(shop.domain, 'customers/create', customer())
  const refund = sampleBody('refunds/create', { id: 1, order_id: ORDER, note: `${firstName} ${lastName} called` })
  const paidBack = { refunds: [{ ...refund, admin_graphql_api_id: undefined }], checkout_token: checkoutToken }
  await deliver(shop.domain, 'orders/create', order(ORDER, paidBack))
  await deliver(shop.domain, 'checkouts/create', checkout(9001))
  // By the e-mail address alone, and by the order that came of it alone.
  await deliver(shop.domain, 'checkouts/create', checkout(9002, { customer: null }))
  const nobody = { email: null, customer: null, token: checkoutToken }
  await deliver(shop.domain, 'checkouts/update', checkout(9003, { ...nobody, note: `Ask for ${lastName}` }))
  // Not in Shopify's list, but of this customer.
  await deliver(shop.domain, 'orders/paid', order(ORDER + 1))
  // Cannot be read: pending, with its body.
  await deliver(shop.domain, 'orders/updated', order(ORDER + 2, { line_items: null }))
  await query(
    `insert into set_aside_records (shop_id, resource, record_id, reason, channel) values
       ($1, 'customers', $2, 'r', 'pull'), ($1, 'orders', $3, 'r', 'pull'), ($1, 'orders', '1', 'another', 'pull'),
       ($1, 'checkouts', '9001', 'r', 'pull')`,
    [shop.id, CUSTOMER, ORDER],
  )
}

it('customers/redact lets what the shop delivers meanwhile wait until it is done, and nothing bring the person back', async () => {
  const shop = await installShop()
  await fillWithPerson(shop)
  const others = Array.from({ length: 20 }, (_, index) => {
    const id = 100 + index
    return sampleBody('customers/create', { id, admin_graphql_api_id: `gid://shopify/Customer/${id}` })
  })
  const answers = await Promise.all([
    deliver(shop.domain, 'customers/redact', redaction()),
    ...others.map((other) => deliver(shop.domain, 'customers/create', other)),
    deliver(shop.domain, 'orders/updated', order(ORDER, { updated_at: '2031-01-01T00:00:00Z' })),
    deliver(shop.domain, 'shop/update', { name: 'Renamed' }),
  ])
  expect(new Set(answers)).toEqual(new Set([200]))
  expect(
    await query('select count(*)::int as count from customers where shop_id = $1 and deleted_at is null', [shop.id]),
  ).toEqual([{ count: 20 }])
  expect(await query('select name from shops where id = $1', [shop.id])).toEqual([{ name: 'Renamed' }])
  expect(await tracesLeft()).toEqual([])
})

it('customers/redact leaves no trace of the person in any table, and the orders’ amounts', async () => {
  const shop = await installShop()
  await fillWithPerson(shop)
  expect(await tracesLeft()).toEqual(traces)

  const webhookId = randomUUID()
  expect(await deliver(shop.domain, 'customers/redact', redaction(), { webhookId })).toBe(200)
  expect(await tracesLeft()).toEqual([])

  const orders = await query('select id, total_price, note, deleted_at from orders where shop_id = $1 order by id', [
    shop.id,
  ])
  expect(orders).toEqual([
    { id: '8001', total_price: '404.9500', note: null, deleted_at: null },
    { id: '8002', total_price: '404.9500', note: null, deleted_at: null },
  ])
  expect(await query('select * from customers where shop_id = $1', [shop.id])).toMatchObject([
    { id: '7001', tags: null, created_at: null, deleted_via: 'customers/redact' },
  ])
  expect(await query('select id, note, created_at from order_refunds where shop_id = $1', [shop.id])).toMatchObject([
    { id: '1', note: null, created_at: expect.anything() as unknown },
  ])
  expect(await query('select id, email, total_price from checkouts where shop_id = $1 order by id', [shop.id])).toEqual(
    ['9001', '9002', '9003'].map((id) => ({ id, email: null, total_price: '421.8800' })),
  )
  expect((await deliveriesOf(shop)).map(({ state, payload }) => [state, payload])).toEqual([
    ...Array<unknown>(6).fill(['applied', null]),
    ['ignored', null],
    ['applied', null],
  ])
  expect(await query('select record_id from set_aside_records where shop_id = $1', [shop.id])).toEqual([
    { record_id: '1' },
  ])

  const events = await query('select topic, rows, remaining, shop_hash from compliance_events where webhook_id = $1', [
    webhookId,
  ])
  expect(events).toEqual([
    {
      topic: 'customers/redact',
      rows: {
        ...{ customers: 1, orders: 2, order_refunds: 1, checkouts: 3 },
        ...{ set_aside_records: 3, webhook_deliveries: 7, data_exports: 0, staging: 0 },
      },
      remaining: 0,
      shop_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  ])
})

it('late deliveries do not bring the person back: not the customer, not into an order, not as a body', async () => {
  const shop = await installShop()
  await fillWithPerson(shop)
  await deliver(shop.domain, 'customers/redact', redaction())
  const later = { updated_at: '2027-01-01T00:00:00Z' }
  // It would leave a tombstone of its own, which does not tell of the redaction.
  expect(await deliver(shop.domain, 'customers/delete', { id: CUSTOMER })).toBe(200)
  expect(await deliver(shop.domain, 'customers/update', customer(later))).toBe(200)
  const refund = sampleBody('refunds/create', { id: 1, order_id: ORDER, note: `${firstName} ${lastName} called again` })
  const again = { ...later, total_price: '1.00', refunds: [{ ...refund, admin_graphql_api_id: undefined }] }
  expect(await deliver(shop.domain, 'orders/updated', order(ORDER, again))).toBe(200)
  expect(await deliver(shop.domain, 'checkouts/update', checkout(9001, { ...later, total_price: '2.00' }))).toBe(200)
  expect(await deliver(shop.domain, 'orders/create', order(ORDER + 9, later))).toBe(200)
  expect(await deliver(shop.domain, 'orders/updated', order(ORDER + 10, { ...later, line_items: null }))).toBe(200)
  expect(await tracesLeft()).toEqual([])
  // What is not about the person has been taken over.
  const kept = await query('select email, total_price from checkouts where shop_id = $1 and id = 9001', [shop.id])
  expect(kept).toEqual([{ email: null, total_price: '2.0000' }])
  expect(await query('select id, total_price, email from orders where shop_id = $1 order by id', [shop.id])).toEqual([
    { id: '8001', total_price: '1.0000', email: null },
    { id: '8002', total_price: '404.9500', email: null },
    { id: '8010', total_price: '404.9500', email: null },
  ])
})

it('a page of a pull that was read before the redaction, and is stored after, does not bring the person back', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'customers/create', customer(), { triggeredAt: '2026-06-01T10:00:00Z' })
  await deliver(shop.domain, 'orders/create', order(ORDER), { triggeredAt: '2026-06-01T10:00:00Z' })
  await deliver(shop.domain, 'customers/redact', redaction(), { triggeredAt: '2026-06-01T10:00:02Z' })
  const observedAt = '2026-06-01T10:00:01Z'
  for (const [resource, body] of [
    [resources.customers, customer()],
    [resources.orders, order(ORDER)],
  ] as const) {
    const meaning = Object.values(resource.topics)[0]!(body)
    if (meaning.meaning !== 'upsert') throw new Error('the sample is a whole record')
    const records = [{ record: meaning.record, observedAt, deliveryId: null }]
    const target = { shopId: shop.id, resource, channel: 'pull', runId: null } as const
    await inTransaction(pool, (client) => ingest(copyPort(client), { target, records }))
  }
  expect(await tracesLeft()).toEqual([])
})

it('nor does an order that the copy never had, by a page or by a bulk load that was read before', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'customers/redact', redaction({ orders_to_redact: [] }))
  const recordOf = (id: number) => {
    const meaning = resources.orders.topics['orders/create']!(order(id))
    if (meaning.meaning !== 'upsert') throw new Error('the sample is a whole record')
    return { record: meaning.record, observedAt: '2026-06-01T10:00:01Z', deliveryId: null }
  }
  const target = { shopId: shop.id, resource: resources.orders, channel: 'pull', runId: null } as const
  await inTransaction(pool, (client) => ingest(copyPort(client), { target, records: [recordOf(ORDER)] }))

  const startedAt = '2026-06-01T10:00:00Z'
  const operation = { operationId: 'gid://shopify/BulkOperation/1', startedAt, said: 1, exact: true }
  await withRunLock(pool, shop.id, resources.orders, async (_, bulkRuns) => {
    const run = await bulkRuns.begin('manual', operation)
    const stage = await bulkRuns.stage(run)
    await stage.add([{ line: 'record', record: recordOf(ORDER + 1).record }])
    await stage.end()
    expect(await bulkRuns.merge(run, async () => undefined)).toMatchObject({ written: 1 })
    await bulkRuns.fail(run, 'enough', true)
  })
  const orders = await query('select id, total_price, email from orders where shop_id = $1 order by id', [shop.id])
  expect(orders).toEqual(['8001', '8002'].map((id) => ({ id, total_price: '404.9500', email: null })))
  expect(await tracesLeft()).toEqual([])
})

it('leaves alone what is another customer’s, even where it holds the person’s telephone number', async () => {
  const shop = await installShop()
  const theirs = { customer: { ...person, id: CUSTOMER + 1, admin_graphql_api_id: null, email: 'bob@example.com' } }
  const gift = { email: 'bob@example.com', contact_email: 'bob@example.com', note: null, line_items: null }
  await deliver(shop.domain, 'orders/create', order(ORDER + 5, { ...theirs, ...gift }))
  await deliver(shop.domain, 'checkouts/create', checkout(9005, theirs))
  await deliver(shop.domain, 'customers/redact', redaction())
  expect((await deliveriesOf(shop)).map(({ state, payload }) => [state, payload === null])).toEqual([
    ['pending', false],
    ['applied', false],
    ['applied', true],
  ])
  expect(await query('select email from checkouts where shop_id = $1', [shop.id])).toEqual([{ email }])
  await query('delete from shops where id = $1', [shop.id])
  for (const table of ['webhook_deliveries', 'checkouts'])
    await query(`delete from ${table} where shop_id = $1`, [shop.id])
})

it('remembers the redaction of a customer whom the copy never had', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'customers/redact', redaction({ orders_to_redact: [] }))
  await deliver(shop.domain, 'customers/create', customer())
  await deliver(shop.domain, 'orders/create', order(ORDER))
  expect(await tracesLeft()).toEqual([])
})

it('erases an order of somebody without a customer record', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/create', order(ORDER, { customer: null }))
  await deliver(shop.domain, 'customers/redact', redaction({ customer: { id: null, email, phone } }))
  expect(await tracesLeft()).toEqual([])
})

it('finds an order that names nobody, and is not listed, by an address of the person', async () => {
  const shop = await installShop()
  const nobody = { customer: null, email: null, phone: null, contact_email: null, note: null }
  const nowhere = { shipping_address: null, billing_address: null }
  await deliver(shop.domain, 'orders/create', order(ORDER, { customer: null, email: email.toUpperCase(), phone: null }))
  await deliver(shop.domain, 'orders/create', order(ORDER + 1, { ...nobody, ...nowhere, phone, note: firstName }))
  await deliver(shop.domain, 'orders/create', order(ORDER + 2, { ...nobody, billing_address: null }))
  await deliver(shop.domain, 'orders/create', order(ORDER + 3, { ...nobody, ...nowhere, email: `x${email}` }))
  await query('delete from webhook_deliveries where shop_id = $1', [shop.id])
  const webhookId = randomUUID()
  await deliver(shop.domain, 'customers/redact', redaction({ orders_to_redact: [] }), { webhookId })
  expect(await query('select email from orders where shop_id = $1 and email is not null', [shop.id])).toEqual([
    { email: `x${email}` },
  ])
  expect(await eventOf(webhookId)).toMatchObject({ rows: { orders: 3 }, remaining: 0 })
  await query('delete from orders where shop_id = $1', [shop.id])
  expect(await tracesLeft()).toEqual([])
})

it('finds such an order in a bulk load that has read it and not merged it yet', async () => {
  const shop = await installShop()
  const meaning = resources.orders.topics['orders/create']!(order(ORDER, { customer: null }))
  if (meaning.meaning !== 'upsert') throw new Error('the sample is a whole record')
  const operation = { operationId: 'gid://shopify/BulkOperation/1', startedAt: '2026-06-01T10:00:00Z' }
  await withRunLock(pool, shop.id, resources.orders, async (_, bulkRuns) => {
    const run = await bulkRuns.begin('manual', { ...operation, said: 1, exact: true })
    const stage = await bulkRuns.stage(run)
    await stage.add([{ line: 'record', record: meaning.record }])
    await stage.end()
    await deliver(shop.domain, 'customers/redact', redaction({ orders_to_redact: [] }))
    expect(await tracesLeft()).toEqual([])
    expect(await bulkRuns.merge(run, async () => undefined)).toMatchObject({ written: 1 })
    await bulkRuns.fail(run, 'enough', true)
  })
  await deliver(shop.domain, 'orders/updated', order(ORDER, { customer: null, updated_at: '2027-01-01T00:00:00Z' }))
  expect(await tracesLeft()).toEqual([])
})

it('says that something is left where an address of the person stands in what is not known to be theirs', async () => {
  const shop = await installShop()
  const anothers = { customer: null, email: 'bob@example.com', contact_email: null, phone: null }
  const nowhere = { shipping_address: null, billing_address: null }
  const quoted = { ...anothers, ...nowhere, note: `Also tell <${email.toUpperCase()}>` }
  await deliver(shop.domain, 'orders/create', order(ORDER + 5, quoted))
  await deliver(shop.domain, 'orders/create', order(ORDER + 6, { ...quoted, note: `my${email}` }))
  const webhookId = randomUUID()
  await deliver(shop.domain, 'customers/redact', redaction(), { webhookId })
  expect(await eventOf(webhookId)).toMatchObject({ rows: { orders: 0 }, remaining: 1 })
  await query('delete from orders where shop_id = $1', [shop.id])
  expect(await tracesLeft()).toEqual([])
})

it('leaves everybody else alone, in this shop and in others', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  const stranger = {
    id: 1,
    admin_graphql_api_id: null,
    email: 'x@example.com',
    phone: null,
    first_name: 'X',
    addresses: [],
  }
  await deliver(shop.domain, 'customers/create', customer({ ...stranger, last_name: 'Y', default_address: null }))
  await fillWithPerson(other)
  await deliver(shop.domain, 'customers/redact', redaction())
  expect(await query('select email from customers where shop_id = $1 and id = 1', [shop.id])).toEqual([
    { email: 'x@example.com' },
  ])
  expect(await query('select email from customers where shop_id = $1', [other.id])).toEqual([{ email }])
  expect((await deliveriesOf(shop))[0]?.payload).not.toBeNull()
  await deliver(other.domain, 'customers/redact', redaction())
})

it('erases once: a repetition changes nothing', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  await deliver(shop.domain, 'customers/redact', redaction(), { webhookId })
  const before = await dump()
  expect(await deliver(shop.domain, 'customers/redact', redaction(), { webhookId })).toBe(200)
  expect(await dump()).toEqual(before)
})

it('takes the same id from another shop for what it is: another redaction', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  await fillWithPerson(other)
  const webhookId = randomUUID()
  await deliver(shop.domain, 'customers/redact', redaction(), { webhookId })
  await deliver(other.domain, 'customers/redact', redaction(), { webhookId })
  expect(await query('select email from customers where shop_id = $1', [other.id])).toEqual([{ email: null }])
})

it('erases for a shop that has uninstalled, and acknowledges for one that it does not know', async () => {
  const shop = await installShop()
  await fillWithPerson(shop)
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  expect(await deliver(shop.domain, 'customers/redact', redaction())).toBe(200)
  expect(await tracesLeft()).toEqual([])
  const webhookId = randomUUID()
  expect(await deliver('nobody-knows.myshopify.com', 'customers/redact', redaction(), { webhookId })).toBe(200)
  expect(await eventOf(webhookId)).toMatchObject({ rows: {}, remaining: 0, completed_at: expect.any(Date) as unknown })
  expect(await tracesLeft()).toEqual([])
})

it('records a redaction that names nobody as dead, for somebody to look at', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  expect(await deliver(shop.domain, 'customers/redact', { customer: { email } }, { webhookId })).toBe(200)
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'dead', payload: null }])
  expect(await eventOf(webhookId)).toMatchObject({ rows: {}, remaining: null, completed_at: null })
  expect(await tracesLeft()).toEqual([])
})
