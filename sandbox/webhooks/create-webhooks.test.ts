import { createHmac } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import { startApp } from './app-stand-in.ts'
import type { AppStandIn } from './app-stand-in.ts'
import { createWebhooks } from './create-webhooks.ts'
import type { ShopWebhooks, WebhooksOptions } from './create-webhooks.ts'

const subscriptions = [
  { topic: 'orders/create', path: '/webhooks/orders' },
  { topic: 'products/update', path: '/webhooks/products' },
]
const toClose: { close(): void | Promise<void> }[] = []

afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close()
})

async function setUp(
  answer: Parameters<typeof startApp>[0],
  options: Partial<WebhooksOptions> = {},
): Promise<{ app: AppStandIn; webhooks: ShopWebhooks }> {
  const app = await startApp(answer)
  const webhooks = createWebhooks({
    ...{ domain: 'a.myshopify.com', apiSecret: 'secret', apiVersion: '2026-10', now: () => Date.now() },
    ...{ appUrl: app.url, subscriptions, retryDelaysMs: [5, 5, 5, 5, 5, 5, 5, 5] },
    ...options,
  })
  toClose.push(app, webhooks)
  return { app, webhooks }
}

it('posts the signed bytes to the path of the topic', async () => {
  const { app, webhooks } = await setUp(() => 200)
  webhooks.announce('orders/create', { note: 'Zoë' }, 'event-1')
  await webhooks.idle()
  const [post] = app.posts
  expect(post).toMatchObject({ path: '/webhooks/orders', headers: { 'x-shopify-event-id': 'event-1' } })
  const expected = createHmac('sha256', 'secret').update(post!.bytes).digest('base64')
  expect(post!.headers['x-shopify-hmac-sha256']).toBe(expected)
  expect(post!.bytes.toString()).toBe('{"note":"Zoë"}')
  expect(webhooks.results).toMatchObject([{ topic: 'orders/create', status: 200 }])
})

it('sends nothing for a topic without a subscription, or when disabled', async () => {
  const { app, webhooks } = await setUp(() => 200)
  webhooks.announce('orders/updated', {})
  webhooks.enabled = false
  webhooks.announce('orders/create', {})
  webhooks.enabled = true
  await webhooks.idle()
  expect(app.posts).toEqual([])
  expect(webhooks.held).toEqual([])
})

it('gives each delivery its own webhook id', async () => {
  const { app, webhooks } = await setUp(() => 200, { subscriptions: [...subscriptions, subscriptions[0]!] })
  webhooks.announce('orders/create', {}, 'event-1')
  await webhooks.idle()
  expect(app.posts).toHaveLength(2)
  expect(new Set(app.posts.map(({ headers }) => headers['x-shopify-webhook-id'])).size).toBe(2)
})

it('tries again with the same bytes and id until the app says 2xx', async () => {
  const answers = [500, 302, null, 401, 204]
  const { app, webhooks } = await setUp((count) => answers[count - 1]!)
  webhooks.announce('orders/create', { id: 1 })
  await webhooks.idle()
  expect(webhooks.results.map(({ status }) => status)).toEqual(answers)
  expect(new Set(app.posts.map(({ path }) => path))).toEqual(new Set(['/webhooks/orders']))
  const seen = app.posts.map(({ headers, bytes }) => [
    headers['x-shopify-webhook-id'],
    headers['x-shopify-triggered-at'],
    headers['x-shopify-hmac-sha256'],
    bytes.toString(),
  ])
  expect(new Set(seen.map((one) => one.join())).size).toBe(1)
})

it('gives up after eight further attempts', async () => {
  const { app, webhooks } = await setUp(() => 503)
  webhooks.announce('orders/create', {})
  await webhooks.idle()
  expect(app.posts).toHaveLength(9)
})

it('counts an app that is not there, or too slow, as no answer', async () => {
  const { app, webhooks } = await setUp(() => new Promise<number>(() => {}), { timeoutMs: 20 })
  const delivery = webhooks.build('orders/create', {})
  expect((await webhooks.send(delivery)).status).toBe(null)
  expect(app.posts).toHaveLength(1)
  await app.close()
  expect((await webhooks.send(delivery)).status).toBe(null)
})

it('holds deliveries for the caller to send, repeat and drop', async () => {
  const { app, webhooks } = await setUp(() => 200)
  webhooks.hold = true
  webhooks.announce('orders/create', { n: 1 })
  webhooks.announce('products/update', { n: 2 })
  await webhooks.idle()
  expect(app.posts).toEqual([])
  const [first, second] = webhooks.held
  await webhooks.send(second!)
  await webhooks.send(first!)
  const repeated = await webhooks.send(first!)
  expect(repeated).toEqual({ ...first, status: 200 })
  expect(app.posts.map(({ bytes }) => bytes.toString())).toEqual(['{"n":2}', '{"n":1}', '{"n":1}'])
  expect(app.posts[1]!.headers['x-shopify-webhook-id']).toBe(app.posts[2]!.headers['x-shopify-webhook-id'])
})

it('builds a delivery of any topic without sending it', async () => {
  const { app, webhooks } = await setUp(() => 200)
  expect(webhooks.build('products/update', {}).path).toBe('/webhooks/products')
  expect(webhooks.build('orders/unheard_of', {}).path).toBe('/webhooks/orders')
  await webhooks.idle()
  expect(app.posts).toEqual([])
})

it('keeps at most eight under way, over connections that it uses again', async () => {
  const eightArrived = Promise.withResolvers<number>()
  const { app, webhooks } = await setUp((count) => {
    if (count === 8) eightArrived.resolve(200)
    return eightArrived.promise
  })
  for (let n = 0; n < 200; n++) webhooks.announce('orders/create', { n })
  await webhooks.idle()
  expect(app.posts).toHaveLength(200)
  expect(app.mostAtOnce).toBe(8)
  expect(app.connections).toBeLessThanOrEqual(8)
})

it('resolves idle only when nothing is queued, under way or to be tried again', async () => {
  const gate = Promise.withResolvers<number>()
  const { app, webhooks } = await setUp((count) => (count === 1 ? gate.promise : 200))
  await webhooks.idle()
  webhooks.announce('orders/create', {})
  const idle = vi.fn()
  const waited = webhooks.idle().then(idle)
  await vi.waitFor(() => expect(app.posts).toHaveLength(1))
  expect(idle).not.toHaveBeenCalled()
  gate.resolve(500)
  await waited
  expect(webhooks.results.map(({ status }) => status)).toEqual([500, 200])
})

it('forgets queued deliveries and further attempts when it is closed', async () => {
  const { app, webhooks } = await setUp(() => 500, { retryDelaysMs: [60_000] })
  webhooks.announce('orders/create', {})
  await vi.waitFor(() => expect(webhooks.results).toHaveLength(1))
  webhooks.close()
  await webhooks.idle()
  webhooks.announce('orders/create', {})
  await webhooks.idle()
  expect(app.posts).toHaveLength(1)
})
