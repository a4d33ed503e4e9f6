/** The same record through webhook and pull, for every record of a seeded shop that has been lived in. */
import { beforeAll, describe, expect, it } from 'vitest'
import { applyChange } from '../../sandbox/changes/apply-change.ts'
import { randomChange } from '../../sandbox/changes/random-change.ts'
import { type TestApi, testApi } from '../../sandbox/graphql/test-api.ts'
import { seededRandom } from '../../sandbox/random.ts'
import { isListed } from '../../sandbox/abandoned.ts'
import { cartBody } from '../../sandbox/webhooks/bodies/cart-body.ts'
import { checkoutBody } from '../../sandbox/webhooks/bodies/checkout-body.ts'
import { customerBody } from '../../sandbox/webhooks/bodies/customer-body.ts'
import { orderBody } from '../../sandbox/webhooks/bodies/order-body.ts'
import { productBody } from '../../sandbox/webhooks/bodies/product-body.ts'
import { parseBody } from '../webhooks/parse-body'
import { pulledResources, resources } from './registry'
import type { CanonicalRecord, ColumnType, ConnectionPage, PulledName, Resource, Row, SourceNode } from './resource'

const SEED = 11
const CHANGES = 150

let shop: TestApi

beforeAll(() => {
  shop = testApi({ seed: SEED })
  const random = seededRandom(SEED)
  for (let count = 0; count < CHANGES; count++) {
    shop.clock.nowMs += 1_000
    applyChange(shop.store, randomChange(shop.store, random))
  }
  addLargeRecords()
})

/** More variants and lines than a first page of a nested list holds. */
function addLargeRecords() {
  const { store } = shop
  const { id } = applyChange(store, { type: 'product.create' })
  for (let count = 0; count < 60; count++) applyChange(store, { type: 'variant.create', productId: id })
  const [order] = [...store.orders.values()].filter(({ lineItems }) => lineItems.length > 0)
  const lineItems = Array.from({ length: 40 }, () => ({ ...order!.lineItems[0]!, id: store.nextId() }))
  applyChange(store, { type: 'order.create', fields: { ...order, id: store.nextId(), lineItems } })
}

async function ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
  const answer = shop.ask(query, variables)
  if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  shop.clock.nowMs += 1_000
  return answer.data as Data
}

/** Every node of the resource with its whole lists, read with the resource's own documents. */
async function nodesOf(resource: Resource): Promise<SourceNode[]> {
  const nodes: SourceNode[] = []
  let after: string | null = null
  do {
    const variables: Record<string, unknown> = { first: 8, after, query: null }
    const { page }: { page: ConnectionPage<SourceNode> } = await ask(resource.documents.page, variables)
    nodes.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  for (const { field, document } of resource.nestedLists) {
    for (const node of nodes as (SourceNode & Record<string, ConnectionPage<unknown>>)[]) {
      const list = node[field]!
      while (list.pageInfo.hasNextPage) {
        type Rest = { node: Record<string, ConnectionPage<unknown>> }
        const rest = await ask<Rest>(document, { id: node.id, first: 50, after: list.pageInfo.endCursor })
        list.nodes.push(...rest.node[field]!.nodes)
        list.pageInfo = rest.node[field]!.pageInfo
      }
    }
  }
  return nodes
}

const listedCheckouts = () => [...shop.store.checkouts.values()].filter(isListed).length

function bodiesOf(name: PulledName): unknown[] {
  const { store } = shop
  if (name === 'products') return [...store.products.values()].map((product) => productBody(store.shop, product))
  if (name === 'customers') return [...store.customers.values()].map((customer) => customerBody(store.shop, customer))
  if (name === 'checkouts') return [...store.checkouts.values()].map((checkout) => checkoutBody(store, checkout))
  return [...store.orders.values()].map((order) => orderBody(store, order))
}

/** What the bodies say, without those that say only that their record has to be read (more than 100 variants). */
function upsertsOf(resource: Resource): CanonicalRecord[] {
  const topic = Object.keys(resource.topics)[0]!
  return bodiesOf(resource.name).flatMap((written) => {
    const parsed = parseBody(JSON.stringify(written))
    if (parsed.outcome !== 'parsed') throw new Error(parsed.reason)
    const meaning = resource.topics[topic]!(parsed.body)
    if (meaning.meaning === 'upsert') return [meaning.record]
    expect((written as { variant_gids: unknown[] }).variant_gids.length).toBeGreaterThan(100)
    return []
  })
}

/** The values as PostgreSQL keeps them: an instant has no offset. */
function stored(row: Row, columns: Readonly<Record<string, ColumnType>>): Row {
  const value = (column: string, read: unknown) =>
    columns[column] === 'timestamptz' && typeof read === 'string' ? new Date(read).toISOString() : read
  return Object.fromEntries(Object.entries(row).map(([column, read]) => [column, value(column, read)]))
}

const only = (row: Row, columns: Iterable<string>) =>
  Object.fromEntries([...columns].sort().map((column) => [column, row[column]]))

function compare(resource: Resource, webhook: CanonicalRecord, pull: CanonicalRecord) {
  expect(new Date(webhook.sourceUpdatedAt).toISOString()).toBe(new Date(pull.sourceUpdatedAt).toISOString())
  const { columns } = resource.table
  const carried = Object.keys(webhook.fields).filter((column) => column in pull.fields || !NOT_PULLED.includes(column))
  expect(only(stored(webhook.fields, columns), carried)).toEqual(only(stored(pull.fields, columns), carried))
  for (const child of resource.children) {
    const rows = webhook.children[child.name]
    if (rows === undefined) continue
    const [row] = rows
    const byId = (record: CanonicalRecord) =>
      [...record.children[child.name]!]
        .map((one) => only(stored(one, child.columns), Object.keys(row ?? {})))
        .sort(ascendingById)
    expect(byId(webhook)).toEqual(byId(pull))
  }
}

const ascendingById = (a: Row, b: Row) => (String(a.id) < String(b.id) ? -1 : 1)

const NOT_CARRIED: Readonly<Record<PulledName, readonly string[]>> = {
  products: ['total_inventory'],
  customers: ['tags', 'orders_count', 'amount_spent', 'currency', 'accepts_marketing'],
  orders: ['total_refunded'],
  checkouts: [],
}

/** What a pull does not carry of some records or of any. */
const NOT_PULLED: readonly string[] = ['cart_token', 'email']

describe.each(Object.values(pulledResources))('$name', (resource) => {
  it(`says the same through webhook and pull, in every field that both carry (seed ${SEED})`, async () => {
    const nodes = await nodesOf(resource)
    const pulled = new Map(nodes.map(resource.fromNode).map((record) => [record.id, record]))
    const listed = resource.name === 'checkouts' ? listedCheckouts() : bodiesOf(resource.name).length
    expect(pulled.size).toBe(listed)
    const upserts = upsertsOf(resource).filter(({ id }) => resource.completeness === 'A' || pulled.has(id))
    expect(upserts.length).toBeGreaterThan(resource.name === 'checkouts' ? 10 : 30)
    for (const record of upserts) compare(resource, record, pulled.get(record.id)!)
  })

  it('leaves out what its webhooks do not carry, instead of calling it empty', () => {
    for (const { fields } of upsertsOf(resource)) {
      const missing = Object.keys(resource.table.columns).filter((column) => !(column in fields))
      // Of a checkout in another currency, what its amounts are in the shop's.
      if (missing.includes('line_items')) {
        expect(missing.sort()).toEqual(['line_items', 'subtotal_price', 'total_price'])
        continue
      }
      const status = missing.includes('fulfillment_status') ? ['fulfillment_status'] : []
      expect(missing.sort()).toEqual([...NOT_CARRIED[resource.name], ...status].sort())
    }
  })

  it('carries every column of its tables through a pull', async () => {
    for (const node of await nodesOf(resource)) {
      const record = resource.fromNode(node)
      const columns = Object.keys(resource.table.columns)
      const mayLack = resource.completeness === 'A' ? [] : NOT_PULLED
      const missing = columns.filter((column) => !(column in record.fields) && !mayLack.includes(column))
      expect(missing).toEqual([])
      for (const child of resource.children) {
        for (const row of record.children[child.name]!) {
          expect(Object.keys(row).sort()).toEqual(['id', ...Object.keys(child.columns)].sort())
        }
      }
    }
  })
})

it('orders that REST calls by words of its own come out in the words of GraphQL', async () => {
  const words = new Set([...shop.store.orders.values()].map(({ fulfillmentStatus }) => fulfillmentStatus))
  // The comparison above is worth what the shop holds.
  expect(words.size).toBeGreaterThan(1)
  const longest = Math.max(...[...shop.store.orders.values()].map(({ lineItems }) => lineItems.length))
  expect(longest).toBeGreaterThan(10)
})

it('orders that were paid back in part and in foreign money are among those compared', () => {
  const refunded = [...shop.store.orders.values()].filter(({ refunds }) => refunds.length > 0)
  expect(refunded.some(({ presentmentCurrency, currency }) => presentmentCurrency !== currency)).toBe(true)
  expect(refunded.some(({ refunds }) => refunds.some(({ note }) => note !== null))).toBe(true)
})

it('a cart comes by its webhook alone, with every column', () => {
  expect(shop.store.carts.size).toBeGreaterThan(10)
  for (const cart of shop.store.carts.values()) {
    const parsed = parseBody(JSON.stringify(cartBody(shop.store.shop, cart)))
    if (parsed.outcome !== 'parsed') throw new Error(parsed.reason)
    const meaning = resources.carts.topics['carts/update']!(parsed.body)
    if (meaning.meaning !== 'upsert') throw new Error(meaning.meaning)
    const { id, sourceUpdatedAt, fields } = meaning.record
    expect([id, Date.parse(sourceUpdatedAt)]).toEqual([cart.id, Date.parse(cart.updatedAt)])
    expect(Object.keys(fields).sort()).toEqual(['created_at', 'line_items'])
    expect(fields.line_items).toEqual(
      cart.lineItems.map((line) => ({
        ...{ id: line.variantId, product_id: line.productId, variant_id: line.variantId, title: line.title },
        ...{ variant_title: null, sku: line.sku, quantity: line.quantity },
        price: expect.stringMatching(new RegExp(`^${Number(line.price)}$`)) as string,
      })),
    )
  }
})
