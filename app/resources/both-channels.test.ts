/** The same record through webhook and pull, for every record of a seeded shop that has been lived in. */
import { beforeAll, describe, expect, it } from 'vitest'
import { applyChange } from '../../sandbox/changes/apply-change.ts'
import { randomChange } from '../../sandbox/changes/random-change.ts'
import { type TestApi, testApi } from '../../sandbox/graphql/test-api.ts'
import { seededRandom } from '../../sandbox/random.ts'
import { customerBody } from '../../sandbox/webhooks/bodies/customer-body.ts'
import { orderBody } from '../../sandbox/webhooks/bodies/order-body.ts'
import { productBody } from '../../sandbox/webhooks/bodies/product-body.ts'
import { parseBody } from '../webhooks/parse-body'
import { resources } from './registry'
import type { CanonicalRecord, ColumnType, ConnectionPage, Resource, ResourceName, Row, SourceNode } from './resource'

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

function bodiesOf(name: ResourceName): unknown[] {
  const { store } = shop
  if (name === 'products') return [...store.products.values()].map((product) => productBody(store.shop, product))
  if (name === 'customers') return [...store.customers.values()].map((customer) => customerBody(store.shop, customer))
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
  const carried = Object.keys(webhook.fields)
  expect(only(stored(webhook.fields, columns), carried)).toEqual(only(stored(pull.fields, columns), carried))
  for (const child of resource.children) {
    const byId = (record: CanonicalRecord) =>
      [...record.children[child.name]!].map((row) => stored(row, child.columns)).sort(ascendingById)
    expect(byId(webhook)).toEqual(byId(pull))
  }
}

const ascendingById = (a: Row, b: Row) => (String(a.id) < String(b.id) ? -1 : 1)

const NOT_CARRIED: Readonly<Record<ResourceName, readonly string[]>> = {
  products: ['total_inventory'],
  customers: ['tags', 'orders_count', 'amount_spent', 'currency', 'accepts_marketing'],
  orders: ['total_refunded'],
}

describe.each(Object.values(resources))('$name', (resource) => {
  it(`says the same through webhook and pull, in every field that both carry (seed ${SEED})`, async () => {
    const nodes = await nodesOf(resource)
    const pulled = new Map(nodes.map(resource.fromNode).map((record) => [record.id, record]))
    expect(pulled.size).toBe(bodiesOf(resource.name).length)
    const upserts = upsertsOf(resource)
    expect(upserts.length).toBeGreaterThan(30)
    for (const record of upserts) compare(resource, record, pulled.get(record.id)!)
  })

  it('leaves out what its webhooks do not carry, instead of calling it empty', () => {
    for (const { fields } of upsertsOf(resource)) {
      const missing = Object.keys(resource.table.columns).filter((column) => !(column in fields))
      const status = missing.includes('fulfillment_status') ? ['fulfillment_status'] : []
      expect(missing.sort()).toEqual([...NOT_CARRIED[resource.name], ...status].sort())
    }
  })

  it('carries every column of its tables through a pull', async () => {
    for (const node of await nodesOf(resource)) {
      const record = resource.fromNode(node)
      expect(Object.keys(record.fields).sort()).toEqual(Object.keys(resource.table.columns).sort())
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
