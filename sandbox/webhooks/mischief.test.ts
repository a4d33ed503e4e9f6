import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { firstOf, testShop } from '../changes/test-shop.ts'
import { applyChange } from '../changes/apply-change.ts'
import type { Mischief } from '../contract.ts'
import { startApp } from './app-stand-in.ts'
import type { AppStandIn } from './app-stand-in.ts'
import { createWebhooks } from './create-webhooks.ts'
import type { ShopWebhooks } from './create-webhooks.ts'

let app: AppStandIn
let webhooks: ShopWebhooks

beforeEach(async () => {
  app = await startApp(() => 200)
  webhooks = createWebhooks({
    ...{ domain: 'a.myshopify.com', apiSecret: 'secret', apiVersion: '2026-10', now: () => Date.now() },
    ...{ appUrl: app.url, retryDelaysMs: [], concurrency: 1 },
    subscriptions: ['products/update', 'products/delete', 'orders/updated', 'orders/paid'].map((topic) => ({
      topic,
      path: '/webhooks',
    })),
  })
})

afterEach(async () => {
  webhooks.close()
  await app.close()
})

/** Of each delivery in turn; those beyond the list are delivered. */
const inTurn = (...all: Mischief[]) => {
  webhooks.mischief = () => all.shift() ?? 'deliver'
}

/** What came, by a number in its body. */
const came = () => app.posts.map(({ bytes }) => (JSON.parse(bytes.toString()) as { n: number }).n)

async function announce(...numbers: number[]): Promise<void> {
  for (const n of numbers) webhooks.announce('orders/updated', { n })
  await webhooks.idle()
}

it('drops, repeats and delays deliveries', async () => {
  inTurn('drop', 'repeat', { delayMs: 50 })
  await announce(1, 2, 3, 4)
  expect(came()).toEqual([2, 2, 4, 3])
  const [first, second] = app.posts.map(({ headers }) => headers['x-shopify-webhook-id'])
  expect(first).toBe(second)
})

it('holds deliveries until they are released, in any order', async () => {
  inTurn('hold', 'deliver', 'hold', 'hold')
  await announce(1, 2, 3, 4)
  expect(came()).toEqual([2])
  const [one, three, four] = webhooks.held
  webhooks.release([four!, one!])
  await webhooks.idle()
  expect(came()).toEqual([2, 4, 1])
  expect(webhooks.held).toEqual([three])
  webhooks.release()
  await webhooks.idle()
  expect(came()).toEqual([2, 4, 1, 3])
  expect(webhooks.held).toEqual([])
})

it('sends the body of one version earlier, signed, under the headers of the new one', async () => {
  const { store, later } = testShop()
  const { id } = firstOf(store.products)
  const update = (title: string) => {
    const at = later()
    const { announcements } = applyChange(store, { type: 'product.update', id, fields: { title } })
    for (const { topic, body, eventId } of announcements) webhooks.announce(topic, body, eventId)
    return at
  }
  inTurn('stale', 'deliver', 'stale')
  update('A')
  const secondAt = update('B')
  update('C')
  await webhooks.idle()
  const bodies = app.posts.map(({ bytes }) => JSON.parse(bytes.toString()) as { title: string; updated_at: string })
  expect(bodies.map(({ title }) => title)).toEqual(['A', 'B', 'B'])
  expect(Date.parse(bodies[2]?.updated_at ?? '')).toBe(Date.parse(secondAt))
  const { headers, bytes } = app.posts[2]!
  expect(headers['x-shopify-hmac-sha256']).toBe(createHmac('sha256', 'secret').update(bytes).digest('base64'))
  expect(headers['x-shopify-webhook-id']).not.toBe(app.posts[1]!.headers['x-shopify-webhook-id'])
})

it('takes one change that two topics tell for one version', async () => {
  inTurn('deliver', 'deliver', 'deliver', 'stale')
  const body = (n: number) => ({ admin_graphql_api_id: 'gid://shopify/Order/1', n })
  for (const n of [1, 2]) {
    webhooks.announce('orders/updated', body(n))
    webhooks.announce('orders/paid', body(n))
  }
  await webhooks.idle()
  expect(came()).toEqual([1, 1, 2, 1])
})

it('leaves deletions as they are', async () => {
  inTurn('deliver', 'stale')
  webhooks.announce('products/update', { admin_graphql_api_id: 'gid://shopify/Product/1', n: 1 })
  webhooks.announce('products/delete', { id: 1, n: 2 })
  await webhooks.idle()
  expect(came()).toEqual([1, 2])
})
