import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { createDeliveryBuilder } from './build-delivery.ts'

function builder(now: () => number) {
  return createDeliveryBuilder({ domain: 'a.myshopify.com', apiSecret: 'secret', apiVersion: '2026-10', now })
}

it('signs the exact bytes', () => {
  const delivery = builder(() => 0)('orders/create', '/webhooks/orders', { note: 'Zoë 🎁', id: 1 }, 'event')
  const expected = createHmac('sha256', 'secret').update(Buffer.from(delivery.body, 'utf8')).digest('base64')
  expect(delivery.body).toBe('{"note":"Zoë 🎁","id":1}')
  expect(delivery.headers['X-Shopify-Hmac-Sha256']).toBe(expected)
})

it('has every header that Shopify sends', () => {
  const nowMs = Date.parse('2026-11-22T10:00:00.123Z')
  const delivery = builder(() => nowMs)('orders/create', '/webhooks/orders', {}, 'event')
  expect(delivery).toMatchObject({ topic: 'orders/create', path: '/webhooks/orders' })
  expect(delivery.headers).toEqual({
    'Content-Type': 'application/json',
    'User-Agent': 'Shopify-Captain-Hook',
    'X-Shopify-API-Version': '2026-10',
    'X-Shopify-Event-Id': 'event',
    'X-Shopify-Hmac-Sha256': expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    'X-Shopify-Shop-Domain': 'a.myshopify.com',
    'X-Shopify-Topic': 'orders/create',
    'X-Shopify-Triggered-At': '2026-11-22T10:00:00.123000000Z',
    'X-Shopify-Webhook-Id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  })
})

it('triggers each at a later microsecond, even when the clock stands still or goes back', () => {
  const times = [1_000.9, 1_000.9, 999, 1_001, 2_000]
  const build = builder(() => Date.parse('2026-11-22T10:00:00Z') + (times.shift() ?? 0))
  const micros = [1, 2, 3, 4, 5].map(() =>
    build('orders/create', '/', {}, 'e').headers['X-Shopify-Triggered-At']!.slice(0, 26),
  )
  expect(micros).toEqual([...new Set(micros)].toSorted())
  expect(micros).toHaveLength(5)
})

it('sends a string as it stands, so that bodies which are no JSON can be sent', () => {
  expect(builder(() => 0)('orders/create', '/', '{"broken', 'e').body).toBe('{"broken')
})
