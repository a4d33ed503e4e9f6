import { afterEach, expect, it } from 'vitest'
import { startSandbox } from '../server.ts'
import { startApp } from './app-stand-in.ts'

const toClose: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of toClose.splice(0).toReversed()) await one.close()
})

async function setUp() {
  const app = await startApp(() => 200)
  const sandbox = await startSandbox({ port: 0, apiKey: 'key', apiSecret: 'secret', appUrl: app.url })
  toClose.push(app, sandbox)
  const shop = sandbox.createShop({ domain: 'a.myshopify.com', seed: 1, products: 1, customers: 0, orders: 0 })
  const answer = await fetch(`${sandbox.url}/${shop.domain}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...{ client_id: 'key', client_secret: 'secret', subject_token: shop.sessionToken() },
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token: string }
  const subscribe = (topic: string, uri: string) =>
    fetch(`${sandbox.url}/${shop.domain}/admin/api/2026-10/graphql.json`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': token },
      body: JSON.stringify({
        query: `mutation { webhookSubscriptionCreate(topic: ${topic}, webhookSubscription: { uri: "${uri}" }) {
          userErrors { message } } }`,
      }),
    })
  return { app, shop, subscribe }
}

it('delivers beside what is declared: another webhook id, the same event id', async () => {
  const { app, shop, subscribe } = await setUp()
  await subscribe('PRODUCTS_UPDATE', `${app.url}/webhooks/second`)
  await subscribe('PRODUCTS_UPDATE', 'https://elsewhere.example.com/webhooks/products')
  await subscribe('PRODUCTS_UPDATE', 'pubsub://project:topic')
  const [id] = [...shop.store.products.keys()]
  shop.apply({ type: 'product.update', id: id!, fields: { title: 'Cup' } })
  await shop.webhooks.idle()
  expect(app.posts.map(({ path }) => path).sort()).toEqual(['/webhooks/products', '/webhooks/second'])
  const ids = (name: string) => new Set(app.posts.map(({ headers }) => headers[name]))
  expect(ids('x-shopify-webhook-id').size).toBe(2)
  expect(ids('x-shopify-event-id').size).toBe(1)
})

it('are gone when the app is removed', async () => {
  const { app, shop, subscribe } = await setUp()
  await subscribe('APP_UNINSTALLED', `${app.url}/webhooks/second`)
  shop.uninstall()
  await shop.webhooks.idle()
  expect(app.posts.map(({ path }) => path).sort()).toEqual(['/webhooks/app', '/webhooks/second'])
  shop.comply('shop/redact')
  shop.uninstall()
  await shop.webhooks.idle()
  expect(app.posts.filter(({ path }) => path === '/webhooks/second')).toHaveLength(1)
})
