import { expect, it } from 'vitest'
import { applyChange } from '../changes/apply-change.ts'
import { testApi } from './test-api.ts'
import type { TestApi } from './test-api.ts'

const DAY_MS = 86_400_000
const FIELDS = 'id action createdAt message ... on BasicEvent{subjectId subjectType subject{__typename}}'

const gid = (id: string) => `gid://shopify/Product/${id}`

function subjects({ ask }: TestApi, args: string): string[] {
  const { data, errors } = ask(`{events(first:50,${args}){nodes{... on BasicEvent{subjectId}}}}`)
  expect(errors).toBeUndefined()
  return (data?.['events'] as { nodes: { subjectId: string }[] }).nodes.map(({ subjectId }) => subjectId)
}

/** Three products deleted, a day apart. */
function withDeletions() {
  const api = testApi({ products: 6, customers: 3, orders: 3 })
  const deleted = [...api.store.products.values()].slice(0, 3)
  const times = deleted.map(({ id }) => {
    api.clock.nowMs += DAY_MS
    applyChange(api.store, { type: 'product.delete', id })
    return api.store.timestamp()
  })
  return { api, deleted, ids: deleted.map(({ id }) => gid(id)), times }
}

it('remembers the deletion of a product', () => {
  const { api, deleted, ids, times } = withDeletions()
  const { data } = api.ask(`{events(first:1,reverse:true,sortKey:CREATED_AT){nodes{${FIELDS}}}}`)
  const [event] = (data?.['events'] as { nodes: { id: string }[] }).nodes
  expect(event).toEqual({
    id: expect.stringMatching(/^gid:\/\/shopify\/BasicEvent\/\d+$/),
    action: 'destroy',
    createdAt: times[2],
    message: `${deleted[2]?.title} was destroyed.`,
    ...{ subjectId: ids[2], subjectType: 'PRODUCT', subject: null },
  })
  expect(api.ask(`{node(id:"${event?.id}"){... on BasicEvent{action}}}`).data).toEqual({ node: { action: 'destroy' } })
})

it('searches deletions by action, kind and time, and pages through them', () => {
  const { api, ids, times } = withDeletions()
  expect(subjects(api, 'query:"action:destroy"')).toEqual(ids)
  expect(subjects(api, 'query:"action:destroy subject_type:PRODUCT comments:false"')).toEqual(ids)
  expect(subjects(api, 'query:"subject_type:ORDER"')).toEqual([])
  expect(subjects(api, 'query:"action:create"')).toEqual([])
  expect(subjects(api, `query:"action:destroy created_at:>'${times[0]}'",sortKey:CREATED_AT`)).toEqual(ids.slice(1))
  const page = '{events(first:2){nodes{... on BasicEvent{subjectId}} pageInfo{hasNextPage endCursor}}}'
  const first = api.ask(page).data?.['events'] as { pageInfo: { hasNextPage: boolean; endCursor: string } }
  expect(first.pageInfo.hasNextPage).toBe(true)
  expect(subjects(api, `after:"${first.pageInfo.endCursor}"`)).toEqual(ids.slice(2))
})

it('forgets deletions after a year', () => {
  const { api, ids } = withDeletions()
  api.clock.nowMs += 364 * DAY_MS
  expect(subjects(api, 'query:"action:destroy"')).toEqual(ids.slice(1))
})

it('remembers no deletion of orders and customers', () => {
  const { api, ids } = withDeletions()
  for (const id of api.store.orders.keys()) applyChange(api.store, { type: 'order.delete', id })
  for (const id of api.store.customers.keys()) applyChange(api.store, { type: 'customer.delete', id })
  expect(subjects(api, 'query:"action:destroy"')).toEqual(ids)
})

it('tells of a deletion only after the lag of searches', () => {
  const { api, ids } = withDeletions()
  api.shown.lag.set(60_000)
  const [product] = api.store.products.values()
  applyChange(api.store, { type: 'product.delete', id: product?.id ?? '' })
  expect(subjects(api, 'query:"action:destroy"')).toEqual(ids)
  api.clock.nowMs += 60_000
  expect(subjects(api, 'query:"action:destroy"')).toEqual([...ids, gid(product?.id ?? '')])
})
