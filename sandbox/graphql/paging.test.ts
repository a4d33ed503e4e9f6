import { expect, it } from 'vitest'
import { isListed } from '../abandoned.ts'
import { seededRandom, int } from '../random.ts'
import { adminSchema } from './schema.ts'
import { testApi } from './test-api.ts'
import type { TestApi } from './test-api.ts'
import { isEnumType } from 'graphql'

interface PageAnswer {
  nodes: { id: string }[]
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

const FIELDS = 'nodes{id} edges{cursor node{id}} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}'

function page(api: TestApi, connection: string, args: string): PageAnswer {
  const { data, errors } = api.ask(`{page:${connection}(${args}){${FIELDS}}}`)
  expect(errors).toBeUndefined()
  return data?.['page'] as PageAnswer
}

function walk(api: TestApi, connection: string, args: string, between: (pages: number) => void = () => {}): string[] {
  const ids: string[] = []
  let after: string | null = null
  for (let pages = 1; ; pages++) {
    const one: PageAnswer = page(api, connection, `${args}${after ? `, after: "${after}"` : ''}`)
    ids.push(...one.nodes.map((node) => node.id))
    if (!one.pageInfo.hasNextPage) return ids
    after = one.pageInfo.endCursor
    between(pages)
  }
}

const CONNECTIONS = [
  { connection: 'products', keys: 'ProductSortKeys', count: (api: TestApi) => api.store.products.size },
  { connection: 'customers', keys: 'CustomerSortKeys', count: (api: TestApi) => api.store.customers.size },
  { connection: 'orders', keys: 'OrderSortKeys', count: (api: TestApi) => api.store.orders.size },
  {
    connection: 'abandonedCheckouts',
    keys: 'AbandonedCheckoutSortKeys',
    count: (api: TestApi) => [...api.store.checkouts.values()].filter(isListed).length,
  },
  {
    connection: 'productVariants',
    keys: 'ProductVariantSortKeys',
    count: (api: TestApi) => [...api.store.products.values()].flatMap((product) => product.variants).length,
  },
]

it.each(CONNECTIONS)('paging $connection covers every record once, by every sort key, both ways', (given) => {
  const api = testApi()
  const keys = adminSchema().schema.getType(given.keys)
  const supported: string[] = []
  for (const { name } of isEnumType(keys) ? keys.getValues() : []) {
    const probe = api.ask(`{${given.connection}(first: 1, sortKey: ${name}){nodes{id}}}`)
    if (probe.errors) {
      expect(probe.errors[0]?.message).toContain('the sandbox does not model the sort key')
      continue
    }
    supported.push(name)
    const forth = walk(api, given.connection, `first: 37, sortKey: ${name}`)
    expect(new Set(forth).size).toBe(given.count(api))
    expect(forth).toHaveLength(given.count(api))
    expect(walk(api, given.connection, `first: 41, reverse: true, sortKey: ${name}`)).toEqual(forth.toReversed())
  }
  expect(supported).toContain('ID')
})

it('orders records of the same second by id, so that a page may end among them', () => {
  const api = testApi()
  for (const order of api.store.orders.values()) order.updatedAt = '2026-11-20T10:00:00Z'
  api.store.touched()
  const ids = walk(api, 'orders', 'first: 7, sortKey: UPDATED_AT')
  expect(ids).toEqual([...api.store.orders.keys()].map((id) => `gid://shopify/Order/${id}`))
})

it('goes on behind the last record read, even when that one moved or went away in between', () => {
  const seed = 20261122
  const random = seededRandom(seed)
  const api = testApi()
  const all = new Set(api.store.orders.keys())
  const ids = walk(api, 'orders', 'first: 10, sortKey: UPDATED_AT', () => {
    const orders = [...api.store.orders.values()].sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
    const touched = orders[int(random, 0, orders.length - 1)]
    if (touched) touched.updatedAt = api.store.timestamp()
    const removed = orders[int(random, 0, orders.length - 1)]
    if (removed && removed !== touched) api.store.orders.delete(removed.id)
    if (removed && removed !== touched) all.delete(removed.id)
    api.store.touched()
  })
  const seen = new Set(ids.map((id) => id.replace('gid://shopify/Order/', '')))
  expect(
    [...all].filter((id) => !seen.has(id)),
    `seed ${seed}`,
  ).toEqual([])
})

it('pages backwards with last and before', () => {
  const api = testApi()
  const forth = walk(api, 'customers', 'first: 50, sortKey: UPDATED_AT')
  const ids: string[] = []
  let before = ''
  for (;;) {
    const one = page(api, 'customers', `last: 23, sortKey: UPDATED_AT${before}`)
    ids.unshift(...one.nodes.map((node) => node.id))
    expect(one.edges.map((edge) => edge.node.id)).toEqual(one.nodes.map((node) => node.id))
    expect(one.edges[0]?.cursor).toBe(one.pageInfo.startCursor)
    if (!one.pageInfo.hasPreviousPage) break
    before = `, before: "${one.pageInfo.startCursor}"`
  }
  expect(ids).toEqual(forth)
})

it('pages through nested variants and line items', () => {
  const api = testApi()
  const large = [...api.store.products.values()].find((product) => product.variants.length > 100)
  const long = [...api.store.orders.values()].find((order) => order.lineItems.length === 30)
  expect(large?.variants).toHaveLength(120)
  const nested = (owner: string, id: string | undefined, list: string) => {
    const ids: string[] = []
    for (let after = ''; ;) {
      const { data } = api.ask(
        `{owner:${owner.toLowerCase()}(id:"gid://shopify/${owner}/${id}"){list:${list}(first:11${after}){${FIELDS}}}}`,
      )
      const one = (data?.['owner'] as { list: PageAnswer }).list
      ids.push(...one.nodes.map((node) => node.id))
      if (!one.pageInfo.hasNextPage) return ids
      after = `, after:"${one.pageInfo.endCursor}"`
    }
  }
  expect(nested('Product', large?.id, 'variants')).toEqual(
    large?.variants.map((variant) => `gid://shopify/ProductVariant/${variant.id}`),
  )
  expect(nested('Order', long?.id, 'lineItems')).toEqual(
    long?.lineItems.map((line) => `gid://shopify/LineItem/${line.id}`),
  )
})

it.each([
  ['', 'you must provide one of first or last'],
  ['first: 1, last: 1', 'providing both first and last is not supported'],
  ['first: 251', 'first cannot exceed 250'],
  ['last: -1', 'last must be non-negative'],
  ['first: 1, after: "rubbish"', 'is not a valid cursor'],
])('refuses a page of (%s)', (args, message) => {
  const { data, errors } = testApi().ask(`{orders${args && `(${args})`}{nodes{id}}}`)
  expect(data).toBeNull()
  expect(errors?.[0]?.message).toContain(message)
})

it('refuses a cursor of another order', () => {
  const api = testApi()
  const { endCursor } = page(api, 'orders', 'first: 3, sortKey: CREATED_AT').pageInfo
  const { errors } = api.ask(`{orders(first: 3, sortKey: UPDATED_AT, after: "${endCursor}"){nodes{id}}}`)
  expect(errors?.[0]?.message).toBe('Invalid cursor for current pagination sort.')
})
