import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import type { SourceNode } from '~/resources/resource'
import { SourceError } from '~/shopify/source-error'
import type { SourcePort } from '~/sync/ports'
import { applyPending } from '~/webhooks/apply-pending.server'
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

it('lets one that cannot be applied hold up nobody, and gives it up after the eighth attempt', async () => {
  const shop = await installShop()
  await query(`alter table products add constraint refusal check (title <> 'refused')`)
  await deliver(shop.domain, 'products/create', sampleBody('products/create', { title: 'refused' }))
  await deliver(shop.domain, 'products/create', { id: 2 })
  await signal(shop, 3)
  const source = sourceWith(['3'])
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 1, pending: 2, dead: 0 })
  for (let attempt = 3; attempt < 8; attempt += 1)
    expect(await applyPending(shop.id, { source })).toMatchObject({ pending: 2 })
  expect(await applyPending(shop.id, { source })).toEqual({ applied: 0, pending: 0, dead: 2 })
  expect(await deliveriesOf(shop)).toMatchObject([
    { state: 'dead', attempts: 8, error: 'PostgreSQL 23514' },
    { state: 'dead', attempts: 8, error: 'UnreadableRecord: variants is not a list' },
    { state: 'applied', attempts: 1, error: null },
  ])
})

it('leaves signals pending while Shopify cannot be read, with the reason', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  expect(await applyPending(shop.id, { source: away })).toEqual({ applied: 0, pending: 1, dead: 0 })
  expect(await deliveriesOf(shop)).toMatchObject([{ attempts: 1, error: 'Shopify could not be read: retryable' }])
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

it('applies nothing to a shop that has uninstalled meanwhile', async () => {
  const shop = await installShop()
  await signal(shop, 1)
  await query('update shops set uninstalled_at = now() where id = $1', [shop.id])
  expect(await applyPending(shop.id, { source: sourceWith(['1']) })).toEqual({ applied: 0, pending: 0, dead: 0 })
  expect(await productsOf(shop)).toEqual([])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'ignored' }])
})
