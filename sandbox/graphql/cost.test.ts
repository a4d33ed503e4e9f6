import { expect, it } from 'vitest'
import { testApi } from './test-api.ts'

const costOf = (query: string, variables: Record<string, unknown> = {}) =>
  testApi().ask(query, variables).extensions?.cost.requestedQueryCost

it.each([
  ['{shop{name currencyCode}}', 1],
  ['{shop{id plan{publicDisplayName}}}', 2],
  ['{orders(first:10){nodes{id name}}}', 12],
  ['{orders(first:10){edges{cursor node{id}} pageInfo{hasNextPage}}}', 12],
  ['{orders(first:10){nodes{id customer{id}}}}', 22],
  ['{orders(first:4){nodes{lineItems(first:5){nodes{id product{id}}}}}}', 2 + 4 * (1 + 2 + 5 * 2)],
  ['{nodes(ids:["gid://shopify/Order/1","gid://shopify/Order/2"]){id}}', 2],
  ['{shop{...A ...A} a:shop{id}} fragment A on Shop{id plan{shopifyPlus}}', 3],
  ['{ordersCount{count} customersCount{count}}', 2],
])('asks %s for %i points', (query, points) => {
  expect(costOf(query)).toBe(points)
})

it('charges of an interface the dearest type that is spoken of', () => {
  const query = `{node(id:"gid://shopify/Order/1"){id
    ...on Order{customer{id}} ...on Product{variants(first:20){nodes{id}}}}}`
  expect(costOf(query)).toBe(1 + 2 + 20)
})

it('reads page sizes from variables and leaves out what is skipped', () => {
  const query = 'query($n:Int!,$no:Boolean!){orders(first:$n){nodes{id customer @include(if:$no){id}}}}'
  expect(costOf(query, { n: 30, no: false })).toBe(32)
  expect(costOf(query, { n: 30, no: true })).toBe(62)
})

it('refuses a query of more than 1,000 points and takes none for it', () => {
  const api = testApi({ plan: 'standard' })
  const { data, errors } = api.ask('{orders(first:250){nodes{id lineItems(first:4){nodes{id}}}}}')
  expect(data).toBeUndefined()
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'MAX_COST_EXCEEDED', cost: 1752, maxCost: 1000 })
  expect(api.ask('{shop{id}}').extensions?.cost.throttleStatus.currentlyAvailable).toBe(1999)
})

it('takes what came back, not what was asked for', () => {
  const api = testApi({ plan: 'standard', orders: 3 })
  const { extensions } = api.ask('{orders(first:200){nodes{id customer{id}}}}')
  expect(extensions?.cost).toEqual({
    requestedQueryCost: 402,
    actualQueryCost: 2 + 3 * 2,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 2000 - 8, restoreRate: 100 },
  })
})

it('throttles when the bucket cannot hold what is asked for, and restores by the clock', () => {
  const api = testApi({ plan: 'standard', orders: 250 })
  const dear = '{orders(first:250){nodes{id customer{id} shippingAddress{city}}}}'
  const answers = [api.ask(dear), api.ask(dear)]
  const left = answers[1]?.extensions?.cost.throttleStatus.currentlyAvailable ?? 0
  expect(left).toBeLessThan(752)
  const throttled = api.ask(dear)
  expect(throttled.data).toBeUndefined()
  expect(throttled.errors?.[0]?.extensions?.['code']).toBe('THROTTLED')
  expect(throttled.extensions?.cost).toEqual({
    requestedQueryCost: 752,
    actualQueryCost: null,
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: left, restoreRate: 100 },
  })
  const waitSeconds = Math.ceil((752 - left) / 100)
  api.clock.nowMs += (waitSeconds - 1) * 1000
  expect(api.ask(dear).errors?.[0]?.extensions?.['code']).toBe('THROTTLED')
  api.clock.nowMs += 1000
  expect(api.ask(dear).errors).toBeUndefined()
})

it('never fills the bucket beyond its brim', () => {
  const api = testApi({ plan: 'advanced' })
  api.clock.nowMs += 3_600_000
  const status = api.ask('{shop{id}}').extensions?.cost.throttleStatus
  expect(status).toEqual({ maximumAvailable: 4000, currentlyAvailable: 3999, restoreRate: 200 })
})
