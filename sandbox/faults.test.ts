import { afterEach, beforeEach, expect, it } from 'vitest'
import { startBulkBench } from './bulk/test-bulk.ts'
import type { BulkBench } from './bulk/test-bulk.ts'
import type { Fault, FaultRequest } from './contract.ts'

const PRODUCTS = '{products{edges{node{id title}}}}'
const REFRESH = { client_id: 'key', client_secret: 'secret', grant_type: 'refresh_token', refresh_token: 'unknown' }

let bench: BulkBench

beforeEach(async () => {
  bench = await startBulkBench()
})

afterEach(() => bench.sandbox.close())

const query = (text = '{shop{id}}') => bench.post('api/2026-10/graphql.json', { query: text })
const refresh = () => bench.post('oauth/access_token', REFRESH)
const always = (kind: FaultRequest['kind'], fault: Fault) => {
  bench.shop.faults = (request) => (request.kind === kind ? fault : null)
}

it('asks the plan at each request, by kind and number, after what was queued', async () => {
  const { url } = await bench.run(PRODUCTS)
  const asked: FaultRequest[] = []
  bench.shop.faults = (request) => {
    asked.push(request)
    return null
  }
  bench.shop.fail('http500', 1)
  expect((await query()).status).toBe(500)
  await query()
  await refresh()
  await fetch(url ?? '')
  await fetch(url ?? '')
  const { n } = asked[0] ?? { n: 0 }
  expect(asked).toEqual([
    { kind: 'graphql', n },
    { kind: 'token', n: 2 },
    { kind: 'bulk-file', n: 1 },
    { kind: 'bulk-file', n: 2 },
  ])
})

it.each([
  ['http402', 402],
  ['http403', 403],
  ['http404', 404],
  ['http423', 423],
  ['http429', 429],
  ['http500', 500],
  ['http502', 502],
  ['http503', 503],
  ['unauthorized', 401],
] as const)('answers %s everywhere', async (fault, status) => {
  const { url } = await bench.run(PRODUCTS)
  bench.shop.faults = () => fault
  const answers = [await query(), await refresh(), await fetch(url ?? '')]
  expect(answers.map((answer) => answer.status)).toEqual([status, status, status])
  expect(answers[0]?.headers.get('retry-after')).toBe(status === 429 ? '2.0' : null)
})

it('throttles the Admin API in a 200 and other addresses by 429', async () => {
  const { url } = await bench.run(PRODUCTS)
  bench.shop.faults = () => 'throttled'
  const answer = await query()
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'THROTTLED' } }] })
  expect([(await refresh()).status, (await fetch(url ?? '')).status]).toEqual([429, 429])
})

it('refuses a token', async () => {
  always('token', 'refused')
  const answer = await refresh()
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
})

it('closes the connection without carrying anything out, or after it', async () => {
  const submission = `mutation{bulkOperationRunQuery(query:"${PRODUCTS}"){bulkOperation{id}}}`
  always('graphql', 'reset')
  await expect(query(submission)).rejects.toThrow('fetch failed')
  expect(bench.shop.bulk.operations).toHaveLength(0)
  always('graphql', 'lost')
  await expect(query(submission)).rejects.toThrow('fetch failed')
  expect(bench.shop.bulk.operations).toHaveLength(1)
})

it('breaks off in the middle of an answer', async () => {
  const { url } = await bench.run(PRODUCTS)
  bench.shop.faults = () => 'cut'
  for (const request of [query, refresh, () => fetch(url ?? '')]) {
    const answer = await request()
    await expect(answer.text()).rejects.toThrow('terminated')
  }
})

it('never answers until the client gives up', async () => {
  always('graphql', 'timeout')
  const patience = AbortSignal.timeout(100)
  const asked = fetch(`${bench.sandbox.url}/bulk.myshopify.com/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    body: '{}',
    signal: patience,
  })
  await expect(asked).rejects.toThrow('timeout')
})

it('answers late what was true at the time of the request, and bears the date of the answer', async () => {
  const [product] = bench.shop.store.products.values()
  const id = product?.id ?? ''
  bench.shop.faults = () => {
    // The answer has to be made before the shop goes on.
    setImmediate(() => bench.shop.apply({ type: 'product.update', id, fields: { title: 'Later' } }))
    return { slowMs: 1100 }
  }
  const askedMs = Date.now()
  const answer = await query(`{product(id:"gid://shopify/Product/${id}"){title}}`)
  expect(await answer.json()).toMatchObject({ data: { product: { title: product?.title } } })
  expect(Date.now() - askedMs).toBeGreaterThanOrEqual(1090)
  expect(Date.parse(answer.headers.get('date') ?? '')).toBeGreaterThan(askedMs)
})

it('moves its clock while it runs, for the shop as for the answers', async () => {
  bench.sandbox.setClockOffset(-180_000)
  const id = bench.shop.apply({ type: 'product.create' })
  const behindMs = Date.now() - Date.parse(bench.shop.store.products.get(id)?.updatedAt ?? '')
  expect(Math.abs(behindMs - 180_000)).toBeLessThan(5000)
  const date = Date.parse((await query()).headers.get('date') ?? '')
  expect(Math.abs(Date.now() - date - 180_000)).toBeLessThan(5000)
})
