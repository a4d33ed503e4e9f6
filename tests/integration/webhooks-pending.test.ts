import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import type { SourceNode } from '~/resources/resource'
import { SourceError } from '~/shopify/source-error'
import type { SourcePort } from '~/sync/ports'
import { applyPending } from '~/webhooks/apply-pending.server'
import { applyReplays } from '~/webhooks/apply-replays.server'
import { DEAD_LETTERS, replay } from '~/webhooks/replay.server'
import { nodeOf } from '../factories/nodes.ts'
import { closeAll, deliver, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

/** A shop's Admin API that has these products, and remembers which ids were asked for together. */
function sourceWith(ids: readonly string[], { mostIds = 250 } = {}): SourcePort & { asked: string[][] } {
  const asked: string[][] = []
  const unused = () => Promise.reject(new Error('not to be called'))
  return {
    asked,
    open: unused,
    count: unused,
    page: unused,
    deletedSince: unused,
    ids: unused,
    nodes(_resource, wanted) {
      asked.push([...wanted])
      if (wanted.length > mostIds) return Promise.reject(new SourceError('too-dear', 'too much at once'))
      const nodes = wanted.filter((id) => ids.includes(id)).map(productNode)
      return Promise.resolve({ nodes, observedAt: new Date().toISOString(), requestedCost: 1 })
    },
  }
}

function productNode(id: string): SourceNode {
  const page = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
  const node = {
    id: `gid://shopify/Product/${id}`,
    createdAt: '2026-06-01T00:00:00Z',
    updatedAt: '2026-06-01T00:00:00Z',
    title: `Product ${id}`,
    tags: [],
  }
  return { ...node, variants: page } as SourceNode
}

const away: SourcePort = {
  ...sourceWith([]),
  nodes: () => Promise.reject(new SourceError('retryable', 'Shopify is away')),
}

/** products/update that names more variants than it carries. */
function signal({ domain }: TestShop, id: number) {
  const gids = [1, 2, 3].map((variant) => ({ admin_graphql_api_id: `gid://shopify/ProductVariant/${variant}` }))
  const gid = `gid://shopify/Product/${id}`
  return deliver(domain, 'products/update', { id, admin_graphql_api_id: gid, variants: [], variant_gids: gids })
}

const WHEN = '2026-06-01T00:00:00Z'

const answer = (nodes: SourceNode[]) =>
  Promise.resolve({ nodes, observedAt: new Date().toISOString(), requestedCost: 1 })

const productsOf = ({ id }: TestShop) =>
  query<{ id: string; title: string; channel: string }>(
    'select id, title, channel from products where shop_id = $1 order by id',
    [id],
  )

it('reads what signals name from Shopify, each record once and all in one query', async () => {
  const shop = await installShop()
  for (const id of [1, 2, 2]) await signal(shop, id)
  const source = sourceWith(['1', '2'])
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 3, pending: 0, dead: 0 })
  expect(source.asked).toEqual([['1', '2']])
  expect(await productsOf(shop)).toEqual([
    { id: '1', title: 'Product 1', channel: 'pull' },
    { id: '2', title: 'Product 2', channel: 'pull' },
  ])
  expect((await deliveriesOf(shop)).map(({ state, attempts, error }) => [state, attempts, error])).toEqual(
    Array(3).fill(['applied', 1, null]),
  )
})

it('reads the order that a payment is of, whose own webhooks carry no transactions', async () => {
  const shop = await installShop()
  const id = '8001'
  const refund = sampleBody('refunds/create', { id: 5, admin_graphql_api_id: undefined })
  const carried = { id: 8001, admin_graphql_api_id: undefined, line_items: [], refunds: [refund] }
  await deliver(shop.domain, 'orders/updated', sampleBody('orders/updated', { ...carried, updated_at: WHEN }))
  const payments = async () => ({
    refunds: await query('select id, note, total_refunded from order_refunds where shop_id = $1', [shop.id]),
    transactions: await query('select id, kind, amount from order_transactions where shop_id = $1', [shop.id]),
  })
  const told = { id: '5', note: 'Things were damaged' }
  expect(await payments()).toEqual({ refunds: [{ ...told, total_refunded: null }], transactions: [] })

  for (const topic of ['refunds/create', 'order_transactions/create'])
    await deliver(shop.domain, topic, sampleBody(topic, { order_id: 8001 }))
  const money = { shopMoney: { amount: '27.5', currencyCode: 'USD' } }
  const node = nodeOf('orders', {
    id,
    updatedAt: WHEN,
    fields: {
      refunds: [{ id: 'gid://shopify/Refund/5', createdAt: WHEN, note: told.note, totalRefundedSet: money }],
      transactions: [
        {
          ...{ id: 'gid://shopify/OrderTransaction/6', kind: 'REFUND', status: 'SUCCESS', gateway: 'bogus' },
          ...{ amountSet: money, test: false, createdAt: WHEN, processedAt: WHEN },
        },
      ],
    },
  })
  const source = { ...sourceWith([]), nodes: () => answer([node]) }
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 2, pending: 0, dead: 0 })
  const whole = {
    refunds: [{ ...told, total_refunded: '27.5000' }],
    transactions: [{ id: '6', kind: 'REFUND', amount: '27.5000' }],
  }
  expect(await payments()).toEqual(whole)

  // A later webhook of the order says nothing of transactions, and takes none away.
  const later = { ...carried, updated_at: '2026-06-01T00:10:00Z' }
  await deliver(shop.domain, 'orders/updated', sampleBody('orders/updated', later))
  expect(await payments()).toEqual(whole)
})

it('asks in smaller parts when Shopify finds the query too dear', async () => {
  const shop = await installShop()
  for (const id of [1, 2, 3, 4, 5]) await signal(shop, id)
  const source = sourceWith(['1', '2', '3', '4', '5'], { mostIds: 2 })
  expect(await applyPending(shop.id, { source })).toMatchObject({ applied: 5, pending: 0 })
  expect(await productsOf(shop)).toHaveLength(5)
})

it('leaves it to the delete’s own delivery to say that a record is gone', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  expect(await applyPending(shop.id, { source: sourceWith([]) })).toEqual({ applied: 1, pending: 0, dead: 0 })
  expect(await productsOf(shop)).toEqual([])
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'applied', error: 'Shopify does not have the record any more' },
  ])
})

it('applies the body again, as of when it was triggered, to the microsecond', async () => {
  const shop = await installShop()
  const body = sampleBody('products/create')
  await deliver(shop.domain, 'products/create', body, { triggeredAt: '2026-06-01T10:00:00.123456Z' })
  await query('delete from products where shop_id = $1', [shop.id])
  await query(`update webhook_deliveries set state = 'pending' where shop_id = $1`, [shop.id])
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 1, pending: 0, dead: 0 })
  const rows = await query(
    `select id, channel, delivery_id is not null as "isTraced",
       observed_at = '2026-06-01T10:00:00.123456Z' as "isExact"
     from products where shop_id = $1`,
    [shop.id],
  )
  expect(rows).toEqual([{ id: '788032119674292922', channel: 'webhook', isTraced: true, isExact: true }])
})

/** As if the time had passed until they are due. */
const pass = ({ id }: TestShop) =>
  query(`update webhook_deliveries set next_attempt_at = now() where shop_id = $1`, [id])

it('lets one that cannot be applied hold up nobody, and gives it up after the tenth attempt', async () => {
  const shop = await installShop()
  await query(`alter table products add constraint refusal check (title <> 'refused')`)
  await deliver(shop.domain, 'products/create', sampleBody('products/create', { title: 'refused' }))
  await deliver(shop.domain, 'products/create', { id: 2 })
  await signal(shop, 3)
  const source = sourceWith(['3'])
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 1, pending: 2, dead: 0 })
  for (let attempt = 3; attempt < 10; attempt += 1) {
    await pass(shop)
    expect(await applyPending(shop.id, { source })).toMatchObject({ pending: 2 })
  }
  await pass(shop)
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 0, pending: 0, dead: 2 })
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'dead', attempts: 10, error: 'PostgreSQL 23514' },
    { state: 'dead', attempts: 10, error: 'UnreadableRecord: variants is not a list' },
    { state: 'applied', attempts: 1, error: null },
  ])
})

it('leaves signals pending while Shopify cannot be read, with the reason', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 0, pending: 1, dead: 0 })
  expect(await deliveriesOf(shop)).toMatchObject([{ attempts: 0, error: 'Shopify could not be read: retryable' }])
})

it('gives up a record that Shopify cannot give while it gives others, and holds nobody up by it', async () => {
  const shop = await installShop()
  for (const id of [1, 2, 3]) await signal(shop, id)
  const healthy = sourceWith(['1', '2', '3'])
  const nodes: SourcePort['nodes'] = (resource, ids) =>
    ids.includes('2')
      ? Promise.reject(new SourceError('retryable', 'Shopify had an internal error.'))
      : healthy.nodes(resource, ids)
  expect(await applyPending(shop.id, { source: { ...healthy, nodes } })).toEqual({ applied: 2, pending: 1, dead: 0 })
  for (let attempt = 2; attempt <= 10; attempt += 1) {
    await pass(shop)
    await applyPending(shop.id, { source: { ...healthy, nodes } })
  }
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'applied' },
    { state: 'dead', attempts: 10, error: 'Shopify gives other records and not this one: retryable' },
    { state: 'applied' },
  ])
  expect((await productsOf(shop)).map(({ id }) => id)).toEqual(['1', '3'])
})

it('waits for a Shopify that is away for six days, and then gives up with the reason while the body is still there', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  await signal(shop, 2)
  const age = (hours: number) =>
    query(
      `update webhook_deliveries set received_at = now() - make_interval(hours => $2), next_attempt_at = null
       where id = (select min(id) from webhook_deliveries where shop_id = $1)`,
      [shop.id, hours],
    )
  await age(6 * 24 - 1)
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 0, pending: 2, dead: 0 })
  await age(6 * 24)
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 0, pending: 1, dead: 1 })
  const reason = 'Shopify could not be read: retryable; given up after waiting for 144 hours'
  const stored = await query(
    `select state, attempts, error, payload is not null as "hasBody", next_attempt_at from webhook_deliveries
     where shop_id = $1 order by received_at limit 1`,
    [shop.id],
  )
  expect(stored).toEqual([{ state: 'dead', attempts: 0, error: reason, hasBody: true, next_attempt_at: null }])

  // Shopify is back: what was given up on is replayed.
  expect(await replay(shop.id, DEAD_LETTERS)).toMatchObject({ taken: 1, withoutBody: 0 })
  await applyReplays(shop.id, { source: sourceWith(['1', '2']) })
  expect((await productsOf(shop)).map(({ id }) => id)).toEqual(['1'])
})

const waitsOf = ({ id }: TestShop) =>
  query<{ seconds: number | null }>(
    `select extract(epoch from next_attempt_at - now())::float8 as seconds from webhook_deliveries
     where shop_id = $1 order by id`,
    [id],
  )

it('tries each again in its own time: later after each attempt, and others meanwhile', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'products/create', { id: 2 })
  const attempts = async () => (await deliveriesOf(shop)).map((delivery) => delivery.attempts)
  for (const [made, least, most] of [
    [2, 19, 22],
    [3, 79, 88],
    [4, 319, 352],
  ] as const) {
    await applyPending(shop.id, { source: away })
    expect((await attempts())[0]).toBe(made)
    const [{ seconds }] = (await waitsOf(shop)) as [{ seconds: number }]
    expect(seconds).toBeGreaterThan(least)
    expect(seconds).toBeLessThanOrEqual(most)
    // Before its time it is not touched, while another is applied.
    await signal(shop, made)
    expect(await applyPending(shop.id, { source: sourceWith([`${made}`]) })).toMatchObject({ applied: 1, pending: 1 })
    expect((await attempts())[0]).toBe(made)
    await pass(shop)
  }
})

it('asks no more when Shopify is away, however many signals there are', async () => {
  const shop = await installShop()
  for (const id of [1, 2]) await signal(shop, id)
  let requests = 0
  const nodes: SourcePort['nodes'] = () => {
    requests += 1
    return Promise.reject(new SourceError('needs-reauthorisation', 'no token'))
  }
  await deliver(shop.domain, 'refunds/create', sampleBody('refunds/create', { order_id: 3 }))
  await applyPending(shop.id, { source: { ...sourceWith([]), nodes } })
  expect(requests).toBe(1)
  expect((await deliveriesOf(shop)).map(({ attempts }) => attempts)).toEqual([0, 0, 0])
})

it('leaves what it could not read because the process stops as it was', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  await applyPending(shop.id, { source: away, stopping: AbortSignal.abort() })
  expect(await waitsOf(shop)).toEqual([{ seconds: null }])
  expect((await deliveriesOf(shop))[0]).toMatchObject({ state: 'pending', attempts: 0 })
})

it('finds the bad ones among many, and writes a record once for all that tell of it', async () => {
  const shop = await installShop()
  await query(`alter table products drop constraint if exists refusal`)
  await query(`alter table products add constraint refusal check (title <> 'refused')`)
  const payload = (title: string) => sampleBody('products/create', { title })
  await query(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, triggered_at, state, payload)
     select $1, 'products/create', 'w' || n, '2026-06-01T00:00:00Z'::timestamptz + n * interval '1 second', 'pending',
       jsonb_set(jsonb_set($2::jsonb, '{admin_graphql_api_id}', to_jsonb('gid://shopify/Product/' || (n + 1) / 2)),
         '{title}', to_jsonb(case when (n + 1) / 2 in (100, 700) then 'refused' else 'Title ' || n end))
     from generate_series(1, 2000) as n`,
    [shop.id, JSON.stringify({ ...payload('x'), variants: [], variant_gids: [] })],
  )
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 1_996, pending: 4, dead: 0 })
  expect((await productsOf(shop)).length).toBe(998)
  const [counts] = await query<{ stale: number; failed: number }>(
    `select count(*) filter (where stale)::int as stale, count(*) filter (where error = 'PostgreSQL 23514')::int as failed
     from webhook_deliveries where shop_id = $1`,
    [shop.id],
  )
  // Where a page is halved, the two that tell of one record can come apart.
  expect(counts!.failed).toBe(4)
  expect(counts!.stale).toBeGreaterThan(980)
  await query(`alter table products drop constraint refusal`)
})

it('counts each delivery once when two workers are at it', async () => {
  const shop = await installShop()
  for (const id of [1, 2, 3]) await signal(shop, id)
  const outcomes = await Promise.all([1, 2].map(() => applyPending(shop.id, { source: sourceWith(['1', '2', '3']) })))
  expect(outcomes.map(({ applied }) => applied).reduce((sum, applied) => sum + applied)).toBe(3)
  expect((await deliveriesOf(shop)).map(({ attempts }) => attempts)).toEqual([1, 1, 1])
})

it('leaves to another worker what that one has in its hands', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  await signal(shop, 2)
  const other = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
  await other.connect()
  try {
    await other.query('begin')
    await other.query('select from webhook_deliveries where shop_id = $1 order by id limit 1 for update', [shop.id])
    expect(await applyPending(shop.id, { source: sourceWith(['1', '2']) })).toEqual({ applied: 1, pending: 1, dead: 0 })
  } finally {
    await other.end()
  }
  expect((await productsOf(shop)).map(({ id }) => id)).toEqual(['2'])
})

it('tombstones a customer who was merged into another, and reads again whatever named them', async () => {
  const shop = await installShop()
  const customer = (id: number) =>
    sampleBody('customers/create', { id, admin_graphql_api_id: undefined, updated_at: WHEN })
  for (const id of [1, 2]) await deliver(shop.domain, 'customers/create', customer(id))
  const order = { id: 9, admin_graphql_api_id: undefined, line_items: [], customer: { id: 2 }, updated_at: WHEN }
  await deliver(shop.domain, 'orders/create', sampleBody('orders/create', order))
  const source: SourcePort = {
    ...sourceWith([]),
    nodes: ({ name }, ids) => {
      const nodes = {
        customers: [nodeOf('customers', { id: '1', updatedAt: '2026-06-01T00:01:00Z', fields: { firstName: 'Kept' } })],
        orders: [
          nodeOf('orders', { id: '9', updatedAt: WHEN, fields: { customer: { id: 'gid://shopify/Customer/1' } } }),
        ],
      } as Record<string, SourceNode[]>
      return answer((nodes[name] ?? []).filter(({ id }) => ids.includes(id.replace(/^.*\//, ''))))
    },
  }
  const triggeredAt = '2026-06-02T00:00:00.123456Z'
  const sample = sampleBody('customers/merge', { status: 'success', errors: [] })
  await deliver(shop.domain, 'customers/merge', sample, { triggeredAt })
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 1, pending: 0, dead: 0 })
  expect(
    await query(
      `select id, first_name, deleted_via, deleted_at = $2::timestamptz as "isThen" from customers
       where shop_id = $1 order by id`,
      [shop.id, triggeredAt],
    ),
  ).toEqual([
    { id: '1', first_name: 'Kept', deleted_via: null, isThen: null },
    { id: '2', first_name: 'Bob', deleted_via: 'customers/merge', isThen: true },
  ])
  expect(await query('select customer_id from orders where shop_id = $1', [shop.id])).toEqual([{ customer_id: '1' }])
})

it('leaves both customers there when their merge failed', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'customers/merge', sampleBody('customers/merge'))
  const nodes = () => answer(['1', '2'].map((id) => nodeOf('customers', { id, updatedAt: WHEN })))
  expect(await applyPending(shop.id, { source: { ...sourceWith([]), nodes } })).toMatchObject({ applied: 1 })
  expect(await query('select id, deleted_at from customers where shop_id = $1 order by id', [shop.id])).toEqual([
    { id: '1', deleted_at: null },
    { id: '2', deleted_at: null },
  ])
})

it('applies nothing to a shop that has uninstalled meanwhile', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  expect(await applyPending(shop.id, { source: sourceWith(['1']) })).toEqual({ applied: 0, pending: 0, dead: 0 })
  expect(await productsOf(shop)).toEqual([])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'ignored' }])
})
