import { createHmac } from 'node:crypto'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import '@shopify/shopify-api/adapters/node'
import { expect, it } from 'vitest'
import { verifySessionToken } from '../session-token.ts'
import { hostParameter, launchPath } from './launch-path.ts'

const app = { apiKey: 'client-id', apiSecret: 'client-secret' }
const domain = 'first-light.myshopify.com'
const nowMs = Date.now()

it('carries every parameter of an embedded launch, with a token for this shop', () => {
  const url = new URL(launchPath({ ...app, domain, nowMs }), 'http://app.test')
  expect(url.pathname).toBe('/app')
  expect([...url.searchParams.keys()].sort()).toEqual(
    ['embedded', 'hmac', 'host', 'id_token', 'locale', 'session', 'shop', 'timestamp'].sort(),
  )
  const token = url.searchParams.get('id_token') ?? ''
  expect(verifySessionToken(token, { ...app, nowMs })).toEqual({ domain, userId: '1' })
})

it("signs the query so that Shopify's own library accepts it, and refuses it once altered", async () => {
  const shopify = shopifyApi({
    apiKey: app.apiKey,
    apiSecretKey: app.apiSecret,
    hostName: 'app.test',
    isEmbeddedApp: true,
    apiVersion: ApiVersion.October26,
    logger: { level: LogSeverity.Error, log: () => undefined },
  })
  const path = launchPath({ ...app, domain, path: '/app/orders?view=late', nowMs })
  const query = Object.fromEntries(new URL(path, 'http://app.test').searchParams)
  expect(await shopify.utils.validateHmac(query)).toBe(true)
  expect(await shopify.utils.validateHmac({ ...query, view: 'all' })).toBe(false)
  expect(shopify.utils.sanitizeHost(query['host'] ?? '')).toBe(query['host'])
})

it('keeps the query of a deep link and replaces stale launch parameters in it', () => {
  const url = new URL(launchPath({ ...app, domain, path: '/app/a?q=1&id_token=old&shop=x', nowMs }), 'http://app.test')
  expect(url.searchParams.get('q')).toBe('1')
  expect(url.searchParams.getAll('shop')).toEqual([domain])
  expect(url.searchParams.get('id_token')).not.toBe('old')
})

it('stays on the app, whatever the deep link says', () => {
  expect(launchPath({ ...app, domain, path: 'https://elsewhere.test/app?q=1', nowMs })).toMatch(/^\/app\?/)
  expect(launchPath({ ...app, domain, path: 'app', nowMs })).toMatch(/^\/app\?/)
})

it('signs what it sends', () => {
  const url = new URL(launchPath({ ...app, domain, nowMs }), 'http://app.test')
  const hmac = url.searchParams.get('hmac')
  url.searchParams.delete('hmac')
  expect(hmac).toBe(createHmac('sha256', app.apiSecret).update(url.searchParams.toString()).digest('hex'))
})

it('names the host in base64 without padding', () => {
  expect(hostParameter('a.myshopify.com')).not.toContain('=')
  expect(Buffer.from(hostParameter('a.myshopify.com'), 'base64').toString()).toBe('admin.shopify.com/store/a')
})
