import '@shopify/shopify-api/adapters/web-api'
import { createHmac } from 'node:crypto'
import { type ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import { expect, it } from 'vitest'
import { verify } from './verify.server'

const SECRET = 'a secret of nobody'
const { webhooks } = shopifyApi({
  apiKey: 'key',
  apiSecretKey: SECRET,
  scopes: [],
  hostName: 'lockstep.test',
  apiVersion: '2026-10' as ApiVersion,
  isEmbeddedApp: true,
  logger: { level: LogSeverity.Error, log: () => undefined },
})
const deps = { validate: webhooks.validate, now: () => Date.parse('2026-11-22T10:00:00Z'), mostBodyBytes: 1_000 }

type Changes = { method?: string; headers?: Record<string, string | null>; secret?: string; body?: BodyInit | null }

const BODY = '{"id": 820982911946154508, "name": "Gr\u00fc\u00dfe"}'

function request(
  bytes: string | Uint8Array = BODY,
  { method = 'POST', headers = {}, secret = SECRET, body }: Changes = {},
) {
  const all: Record<string, string | null> = {
    'X-Shopify-Topic': 'orders/create',
    'X-Shopify-Hmac-Sha256': createHmac('sha256', secret).update(bytes).digest('base64'),
    'X-Shopify-Shop-Domain': 'Green-Tea.myshopify.com',
    'X-Shopify-API-Version': '2026-10',
    'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    'X-Shopify-Event-Id': 'e1',
    'X-Shopify-Triggered-At': '2026-11-22T09:59:58.123456789Z',
    ...headers,
  }
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  const init = method === 'GET' ? {} : { body: body ?? (bytes as BodyInit), duplex: 'half' as const }
  return new Request('https://lockstep.test/webhooks/orders', { method, headers: sent, ...init })
}

it('takes what Shopify signed, with ids and times as exact as they came', async () => {
  expect(await verify(request(), deps)).toEqual({
    outcome: 'verified',
    delivery: {
      shopDomain: 'green-tea.myshopify.com',
      topic: 'orders/create',
      webhookId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      eventId: 'e1',
      apiVersion: '2026-10',
      triggeredAt: '2026-11-22T09:59:58.123456Z',
      receivedAt: '2026-11-22T10:00:00.000Z',
      body: { id: '820982911946154508', name: 'Grüße' },
      storable: BODY,
    },
  })
})

it.each<[number, string, Request]>([
  [401, 'another secret', request(BODY, { secret: 'another' })],
  [401, 'a body that was changed on the way', request(BODY, { body: BODY.replace('508', '509') })],
  [401, 'a signature of another length', request(BODY, { headers: { 'X-Shopify-Hmac-Sha256': 'c2hvcnQ=' } })],
  [400, 'no signature', request(BODY, { headers: { 'X-Shopify-Hmac-Sha256': null } })],
  [400, 'no topic', request(BODY, { headers: { 'X-Shopify-Topic': null } })],
  [400, 'no shop', request(BODY, { headers: { 'X-Shopify-Shop-Domain': null } })],
  [400, 'no webhook id', request(BODY, { headers: { 'X-Shopify-Webhook-Id': null } })],
  [400, 'an empty body', request('')],
  [400, 'a shop elsewhere', request(BODY, { headers: { 'X-Shopify-Shop-Domain': 'green-tea.example.com' } })],
  [400, 'a shop with a path', request(BODY, { headers: { 'X-Shopify-Shop-Domain': 'evil.test/.myshopify.com' } })],
  [400, 'a topic that is a word of the language', request(BODY, { headers: { 'X-Shopify-Topic': 'constructor' } })],
  [400, 'a webhook id without end', request(BODY, { headers: { 'X-Shopify-Webhook-Id': 'x'.repeat(5_000) } })],
  [400, 'no JSON', request('id=1')],
  [400, 'a JSON list', request('[]')],
  [400, 'a byte order mark, although it is signed', request('\ufeff{}')],
  [400, 'signed bytes that are not UTF-8', request(Buffer.from('{"name": "Gr\u00fc\u00dfe"}', 'latin1'))],
  [405, 'GET', request(BODY, { method: 'GET' })],
  [405, 'PUT', request(BODY, { method: 'PUT' })],
  [413, 'a body that says it is too large', request(BODY, { headers: { 'Content-Length': '1001' } })],
])('answers %i to %s', async (status, _what, sent) => {
  expect(await verify(sent, deps)).toMatchObject({ outcome: 'refused', status })
})

it('does not let a replacement character stand for the byte that was signed', async () => {
  const signed = Buffer.from('{"name": "\ufffd"}')
  const sent = Buffer.from('{"name": "\xff"}', 'latin1')
  expect(await verify(request(signed, { body: sent }), deps)).toMatchObject({ outcome: 'refused', status: 400 })
})

it('refuses a signed Event of Shopify, which is not a webhook', async () => {
  const headers = {
    'shopify-hmac-sha256': createHmac('sha256', SECRET).update(BODY).digest('base64'),
    'shopify-topic': 'Order',
    'shopify-shop-domain': 'green-tea.myshopify.com',
    'shopify-api-version': 'unstable',
    'shopify-webhook-id': '1',
    'X-Shopify-Hmac-Sha256': null,
  }
  expect(await verify(request(BODY, { headers }), deps)).toMatchObject({ outcome: 'refused', status: 400 })
})

it('stops reading a body that goes on beyond the limit', async () => {
  let chunks = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      chunks += 1
      controller.enqueue(new Uint8Array(600))
    },
  })
  expect(await verify(request(BODY, { body: endless }), deps)).toMatchObject({ outcome: 'refused', status: 413 })
  expect(chunks).toBeLessThanOrEqual(4)
})

it('takes a body that breaks off for a malformed one', async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) })
  expect(await verify(request(BODY, { body: broken }), deps)).toMatchObject({ outcome: 'refused', status: 400 })
})
