import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBulkBench } from './bulk/test-bulk.ts'
import type { BulkBench } from './bulk/test-bulk.ts'

const START = Date.parse('2024-02-29T23:59:59.500Z')

let nowMs = 0
let bench: BulkBench

beforeEach(async () => {
  nowMs = START
  bench = await startBulkBench({ now: () => nowMs }, { tokenLifetimeSeconds: 3600 })
})

afterEach(() => bench.sandbox.close())

const ask = () => bench.post('api/2026-10/graphql.json', { query: '{shop{id}}' })

it('dates the records, the changes and their webhooks', () => {
  const { shop } = bench
  const [product] = shop.store.products.values()
  expect(Date.parse(product?.createdAt ?? '')).toBeLessThan(START)
  shop.webhooks.hold = true
  nowMs += 86_400_000
  const id = shop.apply({ type: 'product.create' })
  expect(shop.store.products.get(id)?.updatedAt).toBe('2024-03-01T23:59:59Z')
  expect(shop.webhooks.held[0]?.headers['X-Shopify-Triggered-At']).toContain('2024-03-01T23:59:59.500')
})

it('dates the answers, also those of a fault', async () => {
  expect((await ask()).headers.get('date')).toBe('Thu, 29 Feb 2024 23:59:59 GMT')
  nowMs += 1000
  bench.shop.fail('http500', 1)
  expect((await ask()).headers.get('date')).toBe('Fri, 01 Mar 2024 00:00:00 GMT')
})

it('ends the tokens of the shop', async () => {
  const granted = await bench.post('oauth/access_token', {
    ...{ client_id: 'key', client_secret: 'secret', expiring: '1', subject_token: bench.shop.sessionToken() },
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
  })
  const { access_token: token } = (await granted.json()) as { access_token: string }
  const status = async () => {
    const url = `${bench.sandbox.url}/${bench.shop.domain}/admin/api/2026-10/graphql.json`
    const headers = { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': token }
    return (await fetch(url, { method: 'POST', headers, body: '{"query":"{shop{id}}"}' })).status
  }
  nowMs += 3600_000 - 1
  expect(await status()).toBe(200)
  nowMs += 1
  expect(await status()).toBe(401)
})

it('lets a request wait for what the plan of faults does, which it then sees', async () => {
  const { shop } = bench
  shop.faults = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    nowMs += 60_000
    shop.apply({ type: 'product.create' })
    return null
  }
  const answer = await bench.post('api/2026-10/graphql.json', { query: '{productsCount{count}}' })
  expect(await answer.json()).toMatchObject({ data: { productsCount: { count: 21 } } })
  expect(answer.headers.get('date')).toBe('Fri, 01 Mar 2024 00:00:59 GMT')
})
