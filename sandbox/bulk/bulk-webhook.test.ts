import { afterEach, expect, it } from 'vitest'
import { ServedShop } from '../sandbox-shop.ts'
import { startApp } from '../webhooks/app-stand-in.ts'
import type { AppStandIn } from '../webhooks/app-stand-in.ts'
import { ResultFiles } from './result-files.ts'

const TOPIC = 'bulk_operations/finish'
const DOMAIN = 'finish.myshopify.com'
const toClose: { close(): void | Promise<void> }[] = []

afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close()
})

async function setUp(topics: string[]): Promise<{ app: AppStandIn; shop: ServedShop }> {
  const app = await startApp(() => 200)
  const shop = new ServedShop(
    { domain: DOMAIN, seed: 1, products: 3, customers: 0, orders: 0 },
    {
      ...{ apiKey: 'key', apiSecret: 'secret', appUrl: app.url, now: () => Date.now(), revokeTokens: () => {} },
      subscriptions: topics.map((topic) => ({ topic, path: '/webhooks/bulk' })),
      files: new ResultFiles(() => 'http://sandbox.invalid'),
    },
  )
  toClose.push(app, shop)
  return { app, shop }
}

const ask = (shop: ServedShop, query: string, scopes: string[]) =>
  (shop.api.answer({ query }, { scopes: new Set(scopes), apiKey: 'key' }).body as { data: Record<string, unknown> })
    .data

const run = (shop: ServedShop, scopes: string[]) =>
  ask(
    shop,
    'mutation{bulkOperationRunQuery(query:"{products{edges{node{id}}}}"){bulkOperation{id createdAt}}}',
    scopes,
  )['bulkOperationRunQuery'] as { bulkOperation: { id: string; createdAt: string } }

it('tells the app of the end of an operation, in lower case', async () => {
  const { app, shop } = await setUp([TOPIC])
  const { bulkOperation: done } = run(shop, ['read_products'])
  const { bulkOperation: denied } = run(shop, ['read_orders'])
  await expect.poll(() => app.posts.length).toBe(2)
  const told = app.posts.map(({ bytes }) => JSON.parse(bytes.toString()) as Record<string, unknown>)
  const about = (id: string) => told.find((body) => body['admin_graphql_api_id'] === id)
  expect(about(done.id)).toMatchObject({ status: 'completed', error_code: null, type: 'query' })
  expect(Date.parse(String(about(done.id)?.['created_at']))).toBe(Date.parse(done.createdAt))
  expect(Date.parse(String(about(done.id)?.['completed_at']))).toBeGreaterThanOrEqual(Date.parse(done.createdAt))
  expect(about(denied.id)).toMatchObject({ status: 'failed', error_code: 'access_denied', completed_at: null })
})

it('tells an app that did not ask for it nothing', async () => {
  const { app, shop } = await setUp(['products/update'])
  run(shop, ['read_products'])
  await expect.poll(() => shop.bulk.operations[0]?.status).toBe('COMPLETED')
  await shop.webhooks.idle()
  expect(app.posts).toEqual([])
})

it('tells nobody of an operation whose plan says so', async () => {
  const { app, shop } = await setUp([TOPIC])
  shop.bulk.next({ announce: false })
  run(shop, ['read_products'])
  await expect.poll(() => shop.bulk.operations[0]?.status).toBe('COMPLETED')
  await shop.webhooks.idle()
  expect(app.posts).toEqual([])
})
