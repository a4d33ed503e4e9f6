import { expect, it } from 'vitest'
import { applyChange } from '../changes/apply-change.ts'
import type { Change } from '../contract.ts'
import { testApi } from './test-api.ts'

const LAG_MS = 30_000

function lagging() {
  const api = testApi({ products: 6, customers: 4, orders: 0 })
  api.shown.lag.set(LAG_MS)
  const later = (ms: number) => (api.clock.nowMs += ms)
  const nodes = (query: string) => {
    const { data, errors } = api.ask(`{list:${query}{nodes{id title} pageInfo{hasNextPage endCursor}}}`)
    expect(errors).toBeUndefined()
    return data?.['list'] as {
      nodes: { id: string; title: string }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  }
  return { ...api, later, nodes, apply: (change: Change) => applyChange(api.store, change).id }
}

const titles = (list: { nodes: { title: string }[] }) => list.nodes.map(({ title }) => title)

it('finds a new record by search, by its last change and in counts only after the lag, by its id at once', () => {
  const { apply, later, nodes, ask } = lagging()
  const id = apply({ type: 'product.create', fields: { title: 'Fresh', status: 'ACTIVE' } })
  const found = () => ({
    searched: titles(nodes('products(first:50,query:"title:Fresh")')),
    sorted: titles(nodes('products(first:50,sortKey:UPDATED_AT)')).includes('Fresh'),
    count: (ask('{productsCount(limit:null){count}}').data?.['productsCount'] as { count: number }).count,
  })
  const before = { searched: [], sorted: false, count: 6 }
  expect(found()).toEqual(before)
  expect(ask(`{product(id:"gid://shopify/Product/${id}"){title}}`).data).toEqual({ product: { title: 'Fresh' } })
  expect(titles(nodes('products(first:50)'))).toContain('Fresh')
  later(LAG_MS - 1)
  expect(found()).toEqual(before)
  later(1)
  expect(found()).toEqual({ searched: ['Fresh'], sorted: true, count: 7 })
})

it('finds a changed record by what it was, and shows it as it is', () => {
  const { store, apply, later, nodes } = lagging()
  const [product] = store.products.values()
  const { id = '', title = '', updatedAt = '' } = product ?? {}
  later(60_000)
  apply({ type: 'product.update', id, fields: { title: 'Renamed' } })
  const changedAt = store.timestamp()
  const bounds = (from: string) => `products(first:50,query:"id:${id} updated_at:>='${from}'",sortKey:UPDATED_AT)`
  expect(titles(nodes(bounds(updatedAt)))).toEqual(['Renamed'])
  expect(titles(nodes(bounds(changedAt)))).toEqual([])
  expect(titles(nodes(`products(first:50,query:"title:\\"${title}\\" id:${id}")`))).toEqual(['Renamed'])
  later(LAG_MS)
  expect(titles(nodes(bounds(changedAt)))).toEqual(['Renamed'])
})

it('pages past records that are gone, which the count still counts', () => {
  const { store, apply, nodes, ask } = lagging()
  for (const id of [...store.products.keys()].slice(0, 5)) apply({ type: 'product.delete', id })
  const [left] = store.products.values()
  expect(ask('{productsCount{count}}').data).toEqual({ productsCount: { count: 6 } })
  const seen: string[] = []
  let after = 'null'
  for (let page = 0; page < 6; page++) {
    const { nodes: found, pageInfo } = nodes(`products(first:1,sortKey:UPDATED_AT,after:${after})`)
    seen.push(...found.map(({ title }) => title))
    expect(pageInfo.hasNextPage).toBe(page < 5)
    after = JSON.stringify(pageInfo.endCursor)
  }
  expect(seen).toEqual([left?.title])
})

it('keeps changes in their order, and is over when it is set to nothing', () => {
  const { apply, later, nodes, shown } = lagging()
  const id = apply({ type: 'product.create', fields: { title: 'First' } })
  later(10_000)
  apply({ type: 'product.update', id, fields: { title: 'Second' } })
  later(LAG_MS - 10_000)
  expect(titles(nodes('products(first:50,query:"title:First")'))).toEqual(['Second'])
  later(10_000)
  expect(titles(nodes('products(first:50,query:"title:First")'))).toEqual([])
  apply({ type: 'product.update', id, fields: { title: 'Third' } })
  shown.lag.set(0)
  expect(titles(nodes('products(first:50,query:"title:Third")'))).toEqual(['Third'])
})
