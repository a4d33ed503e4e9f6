import { expect, it } from 'vitest'
import { applyChange } from '../changes/apply-change.ts'
import { ALL_SCOPES, testApi } from './test-api.ts'

const DAY_MS = 86_400_000

/** A shop whose order of 61 days ago, by a customer with another of today, only some apps may see. */
function withOldOrder() {
  const api = testApi({ products: 3, customers: 3, orders: 0 })
  const [customer] = api.store.customers.values()
  const create = (ageDays: number) => {
    const createdAt = new Date(api.clock.nowMs - ageDays * DAY_MS).toISOString().replace('.000Z', 'Z')
    const fields = { customerId: customer?.id ?? null, createdAt, processedAt: createdAt }
    return `gid://shopify/Order/${applyChange(api.store, { type: 'order.create', fields }).id}`
  }
  return { api, customerId: customer?.id, old: create(61), recent: create(59) }
}

const ORDERS = (customerId: string | undefined, old: string) => `{
  orders(first:10){nodes{id}}
  searched:orders(first:10,query:"status:open OR status:closed OR status:cancelled"){nodes{id}}
  ordersCount{count}
  order(id:"${old}"){id}
  node(id:"${old}"){id}
  nodes(ids:["${old}"]){id}
  customer(id:"gid://shopify/Customer/${customerId}"){orders(first:10){nodes{id}}}
}`

it('hides orders of more than 60 days ago, wherever one might come upon them', () => {
  const { api, customerId, old, recent } = withOldOrder()
  const answered = (scopes: string[]) => api.ask(ORDERS(customerId, old), {}, scopes).data
  const both = [{ id: old }, { id: recent }]
  const whole = {
    ...{ orders: { nodes: both }, searched: { nodes: both }, ordersCount: { count: 2 }, order: { id: old } },
    ...{ node: { id: old }, nodes: [{ id: old }], customer: { orders: { nodes: both } } },
  }
  expect(answered(ALL_SCOPES)).toEqual(whole)
  api.shown.recentOrdersOnly = true
  const one = { nodes: [{ id: recent }] }
  expect(answered(ALL_SCOPES)).toEqual({
    ...{ orders: one, searched: one, ordersCount: { count: 1 }, order: null },
    ...{ node: null, nodes: [null], customer: { orders: one } },
  })
  expect(answered([...ALL_SCOPES, 'read_all_orders'])).toEqual(whole)
  api.clock.nowMs += 2 * DAY_MS
  expect(answered(ALL_SCOPES)).toMatchObject({ orders: { nodes: [] }, ordersCount: { count: 0 } })
})

it('withholds fields: null, an error with code and path, and all else as ever', () => {
  const api = testApi({ products: 1, customers: 2, orders: 0 })
  api.shown.withheld = ['Customer.email', 'MailingAddress.address1']
  const { data, errors } = api.ask('{customers(first:2){nodes{id email state}}}')
  const [customer] = api.store.customers.values()
  expect((data?.['customers'] as { nodes: unknown[] }).nodes).toContainEqual({
    id: `gid://shopify/Customer/${customer?.id}`,
    email: null,
    state: customer?.state,
  })
  expect(errors).toMatchObject([
    { path: ['customers', 'nodes', 0, 'email'], extensions: { code: 'ACCESS_DENIED' } },
    { path: ['customers', 'nodes', 1, 'email'], extensions: { code: 'ACCESS_DENIED' } },
  ])
  expect(errors?.[0]?.message).toMatch(/not approved to use the email field/)
})
