import { expect, it } from 'vitest'
import { isListed } from '../abandoned.ts'
import { applyChange } from '../changes/apply-change.ts'
import type { CheckoutRecord } from '../model.ts'
import { type TestApi, testApi } from './test-api.ts'

const names = (api: TestApi, query: string): string[] => {
  const { data, errors } = api.ask(
    `query ($query: String) {
    abandonedCheckouts(first: 250, query: $query) { nodes { name } } abandonedCheckoutsCount(query: $query) { count }
  }`,
    { query },
  )
  expect(errors).toBeUndefined()
  const { nodes } = data?.['abandonedCheckouts'] as { nodes: { name: string }[] }
  expect(data?.['abandonedCheckoutsCount']).toEqual({ count: nodes.length })
  return nodes.map(({ name }) => name)
}

function lone(fields: Partial<CheckoutRecord> = {}) {
  const api = testApi({ products: 2, customers: 1, orders: 1, checkouts: 0 })
  const { id } = applyChange(api.store, { type: 'checkout.create', fields })
  return { api, id, name: `#${id}` }
}

it('lists whom it can reach and who has not bought', () => {
  const { api, id, name } = lone({ email: null })
  expect(names(api, '')).toEqual([])
  applyChange(api.store, { type: 'checkout.update', id, fields: { email: 'ada@example.com' } })
  expect(names(api, '')).toEqual([name])
  expect(names(api, 'status:open recovery_state:not_recovered')).toEqual([name])
  applyChange(api.store, { type: 'checkout.complete', id })
  expect(names(api, '')).toEqual([])
})

it('lists a checkout that was recovered after it had been abandoned', () => {
  const { api, id, name } = lone()
  api.clock.nowMs += 10 * 60_000
  applyChange(api.store, { type: 'checkout.complete', id })
  expect(names(api, 'recovery_state:recovered')).toEqual([name])
  expect(names(api, 'status:open')).toEqual([])
})

it('finds what was updated since, to the second', () => {
  const { api, id, name } = lone()
  api.clock.nowMs += 60_000
  applyChange(api.store, { type: 'checkout.update', id, fields: { totalTax: '1.00' } })
  expect(names(api, "updated_at:>='2026-11-22T10:01:00Z'")).toEqual([name])
  expect(names(api, "updated_at:>'2026-11-22T10:01:00Z'")).toEqual([])
  expect(names(api, "created_at:<='2026-11-22T10:00:00Z'")).toEqual([name])
})

it('knows no order by the time of the last update, as the schema does not', () => {
  const { errors } = lone().api.ask('{ abandonedCheckouts(first: 1, sortKey: UPDATED_AT) { nodes { id } } }')
  expect(errors?.[0]?.message).toContain('UPDATED_AT')
})

it('answers with tokens in a line’s id and in the address that brings the buyer back', () => {
  const { api, id } = lone({ presentmentCurrency: 'EUR', totalTax: '4.00' })
  const { token, cartToken, lineItems } = api.store.checkouts.get(id)!
  const { data } = api.ask(
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on AbandonedCheckout {
    abandonedCheckoutUrl totalTaxSet { shopMoney { amount } presentmentMoney { amount currencyCode } }
    lineItems(first: 5) { nodes { id quantity variant { id } originalUnitPriceSet { shopMoney { amount } } } }
  } } }`,
    { ids: [`gid://shopify/AbandonedCheckout/${id}`] },
  )
  const [checkout] = data?.['nodes'] as Record<string, unknown>[]
  expect(checkout).toMatchObject({
    totalTaxSet: { shopMoney: { amount: '4.0' }, presentmentMoney: { amount: '5.0', currencyCode: 'EUR' } },
    lineItems: {
      nodes: [
        {
          id: `gid://shopify/AbandonedCheckoutLineItem/${lineItems[0]!.key}?checkout=${token}&index=0&actoken`,
          quantity: 1,
        },
      ],
    },
  })
  expect(checkout!['abandonedCheckoutUrl']).toContain(`/checkouts/ac/${cartToken}/recover?key=`)
})

it('pages through the lines of a checkout in their order', () => {
  const { store, ask } = testApi({ orders: 600 })
  const long = [...store.checkouts.values()].find((one) => isListed(one) && one.lineItems.length === 30)!
  const keys: string[] = []
  let after: string | null = null
  do {
    const { data } = ask(
      `query ($id: ID!, $after: String) { node(id: $id) { ... on AbandonedCheckout {
      lineItems(first: 8, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    } } }`,
      { id: `gid://shopify/AbandonedCheckout/${long.id}`, after },
    )
    type Lines = { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
    const { lineItems } = data?.['node'] as { lineItems: Lines }
    keys.push(...lineItems.nodes.map(({ id }) => /LineItem\/(\w+)/.exec(id)![1]!))
    after = lineItems.pageInfo.hasNextPage ? lineItems.pageInfo.endCursor : null
  } while (after !== null)
  expect(keys).toEqual(long.lineItems.map(({ key }) => key))
})

it('is closed to an app without the scope of orders', () => {
  const { errors } = lone().api.ask('{ abandonedCheckouts(first: 1) { nodes { id } } }', {}, ['read_products'])
  expect(errors?.[0]?.extensions?.['code']).toBe('ACCESS_DENIED')
})
