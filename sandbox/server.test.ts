import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Sandbox, SandboxShop } from './contract.ts'
import { startSandbox } from './server.ts'

const APP = { apiKey: 'key', apiSecret: 'secret' }
const SHOP = 'one.myshopify.com'
const SIZES = { seed: 2, products: 5, customers: 5, orders: 5 }
const CLOCK_OFFSET_MS = 90_000

let sandbox: Sandbox
let shop: SandboxShop
let told: unknown[]
const app = createServer((request, response) => {
  told.push(request.headers['x-shopify-topic'])
  request.resume()
  response.end()
})

beforeEach(async () => {
  told = []
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  const appUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  sandbox = await startSandbox({ ...APP, port: 0, appUrl, clockOffsetMs: CLOCK_OFFSET_MS })
  shop = sandbox.createShop({ domain: SHOP, ...SIZES })
})

afterEach(async () => {
  await sandbox.close()
  app.closeAllConnections()
  await new Promise((resolve) => app.close(resolve))
})

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${sandbox.url}/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

const exchange = (domain = SHOP) =>
  post(`${domain}/admin/oauth/access_token`, {
    client_id: APP.apiKey,
    client_secret: APP.apiSecret,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: sandbox.shop(domain).sessionToken(),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
  })

async function install(domain = SHOP): Promise<string> {
  const answer = (await (await exchange(domain)).json()) as { access_token: string }
  return answer.access_token
}

const query = (token: string, text = '{shop{myshopifyDomain}}', path = `${SHOP}/admin/api/2026-10/graphql.json`) =>
  post(path, { query: text }, { 'X-Shopify-Access-Token': token })

it('serves the API to a token that was exchanged, on its own clock', async () => {
  const response = await query(await install())
  expect(response.status).toBe(200)
  expect(response.headers.get('x-shopify-api-version')).toBe('2026-10')
  const aheadMs = Date.parse(response.headers.get('date') ?? '') - Date.now()
  expect(Math.abs(aheadMs - CLOCK_OFFSET_MS)).toBeLessThan(5000)
  expect(await response.json()).toMatchObject({ data: { shop: { myshopifyDomain: SHOP } } })
  expect(shop.requests).toBe(1)
})

it('says that it answered another version than it was asked for, when told to', async () => {
  shop.apiVersion = '2027-01'
  const response = await query(await install())
  expect(response.status).toBe(200)
  expect(response.headers.get('x-shopify-api-version')).toBe('2027-01')
})

it('takes a form at the token endpoint as well', async () => {
  const fields = { client_id: 'key', client_secret: 'secret', grant_type: 'refresh_token', refresh_token: 'x' }
  const response = await fetch(`${sandbox.url}/${SHOP}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
})

it('answers 401 to no token, a wrong one, and that of another shop', async () => {
  sandbox.createShop({ domain: 'two.myshopify.com', ...SIZES })
  const other = await install('two.myshopify.com')
  for (const token of ['', 'shpat_guess', other]) {
    const response = await query(token)
    expect(response.status).toBe(401)
    expect(await response.json()).toEqual({
      errors: '[API] Invalid API key or access token (unrecognized login or wrong password)',
    })
  }
})

it('answers 404 to versions, shops and addresses that there are not', async () => {
  const token = await install()
  const paths = [
    `${SHOP}/admin/api/2026-07/graphql.json`,
    'none.myshopify.com/admin/api/2026-10/graphql.json',
    'nowhere',
  ]
  for (const path of paths) expect((await query(token, '{shop{id}}', path)).status, path).toBe(404)
})

it('shows each fault as often as it was told to, then is well again', async () => {
  const token = await install()
  shop.fail('throttled', 1)
  shop.fail('http500', 2)
  shop.fail('http429', 1)
  shop.fail('unauthorized', 1)
  expect(await (await query(token)).json()).toMatchObject({
    errors: [{ extensions: { code: 'THROTTLED' } }],
    extensions: { cost: { actualQueryCost: null } },
  })
  expect((await query(token)).status).toBe(500)
  expect((await query(token)).status).toBe(500)
  const limited = await query(token)
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2.0'])
  expect((await query(token)).status).toBe(401)
  shop.fail('reset', 1)
  await expect(query(token)).rejects.toThrow('fetch failed')
  expect((await query(token)).status).toBe(200)
})

it('tells the app of changes until it is removed, and again once it is back', async () => {
  const token = await install()
  const [product] = shop.store.products.values()
  const change = { type: 'product.update', id: product?.id ?? '', fields: { title: 'New' } } as const
  shop.apply(change)
  await shop.webhooks.idle()
  shop.uninstall()
  shop.apply(change)
  shop.comply('shop/redact')
  await shop.webhooks.idle()
  expect((await query(token)).status).toBe(401)
  expect(told.toSorted()).toEqual(['app/uninstalled', 'products/update', 'shop/redact'])
  await install()
  shop.apply(change)
  await shop.webhooks.idle()
  expect(told.filter((topic) => topic === 'products/update')).toHaveLength(2)
})

it('tries a webhook again as often, and waits for an answer as long, as it was told to', async () => {
  let asked = 0
  const slow = createServer((_, response) => {
    if (++asked > 2) response.end()
  })
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
  const appUrl = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`
  const own = await startSandbox({ ...APP, port: 0, appUrl, webhookRetryDelaysMs: [1, 1], webhookTimeoutMs: 250 })
  const { webhooks } = own.createShop({ domain: SHOP, ...SIZES })
  own.shop(SHOP).apply({ type: 'product.create' })
  await webhooks.idle()
  expect(webhooks.results.map(({ status }) => status)).toEqual([null, null, 200])
  await own.close()
  slow.closeAllConnections()
  await new Promise((resolve) => slow.close(resolve))
})

it('serves the admin with the app and the App Bridge stand-in', async () => {
  expect((await fetch(sandbox.adminUrl(SHOP))).status).toBe(200)
  expect((await fetch(sandbox.shopUrl(SHOP))).status).toBe(200)
  expect((await fetch(sandbox.appBridgeUrl)).headers.get('content-type')).toContain('javascript')
  expect(shop.appPath()).toMatch(/^\/app\?.*embedded=1.*id_token=.*shop=one\.myshopify\.com/)
})

it('knows its shops, and has each but once', () => {
  expect(sandbox.shop(SHOP)).toBe(shop)
  expect(() => sandbox.shop('none.myshopify.com')).toThrow('there is no shop')
  expect(() => sandbox.createShop({ domain: SHOP, ...SIZES })).toThrow('already a shop')
})

it('ends at once, though a client keeps its connection open', async () => {
  await query(await install())
  await sandbox.close()
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed')
})
