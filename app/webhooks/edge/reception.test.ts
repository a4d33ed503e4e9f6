import { expect, it } from 'vitest'
import { receiveBytes, sign, signedHeaders, TestReception } from '../../../tests/factories/receptions.ts'
import type { Delivery, Outcome } from '../delivery'
import { createEdge, type EdgeOptions } from './create-edge'

const SECRET = 'a secret of nobody'
const BODY = '{"id": 820982911946154508, "name": "Gr\u00fc\u00dfe"}'
const now = () => Date.parse('2026-11-22T10:00:00Z')

/** An edge, with what has reached the inbox and what has been counted. */
function edgeWith(options: Partial<EdgeOptions> = {}, outcome: Outcome = 'applied') {
  const accepted: Delivery[] = []
  const counted: string[] = []
  const failed: unknown[] = []
  const edge = createEdge({
    secrets: [SECRET],
    accept: async (delivery) => {
      accepted.push(delivery)
      return outcome
    },
    failed: (error) => failed.push(error),
    count: ({ shopDomain, status, reason }) => counted.push(`${shopDomain} ${status} ${reason}`),
    now,
    mostBodyBytes: 1_000,
    ...options,
  })
  return { edge, accepted, counted, failed }
}

type Changes = Record<string, string | undefined>
const headers = (changes: Changes = {}, body: string | Uint8Array = BODY) => signedHeaders(body, SECRET, changes)

it('takes what Shopify signed, with ids and times as exact as they came', async () => {
  const { edge, accepted, counted } = edgeWith()
  const changes = {
    'X-Shopify-Shop-Domain': 'Green-Tea.myshopify.com',
    'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
    'X-Shopify-Event-Id': 'e1',
    'X-Shopify-Triggered-At': '2026-11-22T09:59:58.123456789Z',
  }
  expect(await receiveBytes(edge, { headers: headers(changes) }, BODY)).toEqual({ status: 200, refusal: null })
  expect(accepted).toEqual([
    {
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
  ])
  expect(counted).toEqual([])
})

it.each<[Outcome, number]>([
  ['applied', 200],
  ['duplicate', 200],
  ['pending', 200],
  ['ignored', 200],
  ['unavailable', 503],
])('answers what became of it: %s', async (outcome, status) => {
  const { edge } = edgeWith({}, outcome)
  expect(await receiveBytes(edge, { headers: headers() }, BODY)).toEqual({ status, refusal: null })
})

it('answers 500 when the inbox breaks, and says so once', async () => {
  const broken = new Error('broken')
  const accepts = [
    () => Promise.reject(broken),
    () => {
      throw broken
    },
  ]
  for (const accept of accepts) {
    const { edge, failed } = edgeWith({ accept })
    expect(await receiveBytes(edge, { headers: headers() }, BODY)).toEqual({ status: 500, refusal: null })
    expect(failed).toEqual([broken])
  }
})

const latin1 = Buffer.from('{"name": "Gr\u00fc\u00dfe"}', 'latin1')
const MARKED = '\ufeff{}'
const REPLACED = Buffer.from('{"name": "\ufffd"}')

it.each<[number, string, string, Changes, (string | Uint8Array)?, (string | Uint8Array)?]>([
  [401, 'signature-wrong', 'another secret', { 'X-Shopify-Hmac-Sha256': sign(BODY, 'another') }],
  [401, 'signature-wrong', 'a body that was changed on the way', {}, BODY, BODY.replace('508', '509')],
  [
    401,
    'signature-wrong',
    'a byte that a decoder would replace',
    {},
    REPLACED,
    Buffer.from('{"name": "\xff"}', 'latin1'),
  ],
  [401, 'signature-malformed', 'a signature of another length', { 'X-Shopify-Hmac-Sha256': 'c2hvcnQ=' }],
  [401, 'signature-malformed', 'a signature in hexadecimal', { 'X-Shopify-Hmac-Sha256': 'a'.repeat(64) }],
  [401, 'signature-malformed', 'two signatures', { 'X-Shopify-Hmac-Sha256': `${sign(BODY, SECRET)}, x` }],
  [401, 'signature-missing', 'no signature', { 'X-Shopify-Hmac-Sha256': undefined }],
  [400, 'header-malformed', 'no topic', { 'X-Shopify-Topic': undefined }],
  [400, 'header-malformed', 'a topic that is a word of the language', { 'X-Shopify-Topic': 'constructor' }],
  [400, 'header-malformed', 'no webhook id', { 'X-Shopify-Webhook-Id': undefined }],
  [400, 'header-malformed', 'a webhook id without end', { 'X-Shopify-Webhook-Id': 'x'.repeat(5_000) }],
  [400, 'header-malformed', 'no API version', { 'X-Shopify-API-Version': undefined }],
  [400, 'shop-malformed', 'no shop', { 'X-Shopify-Shop-Domain': undefined }],
  [400, 'shop-malformed', 'a shop elsewhere', { 'X-Shopify-Shop-Domain': 'green-tea.example.com' }],
  [400, 'shop-malformed', 'a shop with a path', { 'X-Shopify-Shop-Domain': 'evil.test/.myshopify.com' }],
  [400, 'not-json', 'an empty body', {}, ''],
  [400, 'not-json', 'no JSON', {}, 'id=1'],
  [400, 'not-json', 'a JSON list', {}, '[]'],
  [400, 'not-json', 'a byte order mark, although it is signed', {}, MARKED],
  [400, 'not-utf8', 'signed bytes that are not UTF-8', {}, latin1],
  [413, 'too-large', 'a body that says it is too large', { 'Content-Length': '1001' }],
  [413, 'too-large', 'a body that is too large', {}, 'x'.repeat(1_001)],
  [415, 'not-json-type', 'a form', { 'Content-Type': 'application/x-www-form-urlencoded' }],
  [415, 'not-json-type', 'a type that only begins like JSON', { 'Content-Type': 'application/jsonp' }],
])('answers %i %s to %s', async (status, reason, _what, changes, signed = BODY, sent = signed) => {
  const { edge, accepted, counted } = edgeWith()
  const { refusal, ...answer } = await receiveBytes(edge, { headers: headers(changes, signed) }, sent)
  expect([answer.status, refusal?.status, refusal?.reason]).toEqual([status, status, reason])
  expect(accepted).toEqual([])
  expect(counted).toHaveLength(1)
})

it.each(['application/json', 'application/json; charset=utf-8', 'APPLICATION/JSON', 'application/cloudevents+json'])(
  'takes %s for JSON',
  async (type) => {
    const { edge } = edgeWith()
    expect((await receiveBytes(edge, { headers: headers({ 'Content-Type': type }) }, BODY)).status).toBe(200)
  },
)

it('asks for no content type', async () => {
  const { edge } = edgeWith()
  expect((await receiveBytes(edge, { headers: headers({ 'Content-Type': undefined }) }, BODY)).status).toBe(200)
})

it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('takes no %s', async (method) => {
  const { edge } = edgeWith()
  const { status, refusal } = await receiveBytes(edge, { method, headers: headers() }, BODY)
  expect([status, refusal?.headers['Allow']]).toEqual([405, 'POST'])
})

it('refuses a signed Event of Shopify, which is not a webhook', async () => {
  const events = { 'shopify-hmac-sha256': sign(BODY, SECRET), 'shopify-topic': 'Order', 'shopify-webhook-id': '1' }
  const { edge } = edgeWith()
  expect((await receiveBytes(edge, { headers: events }, BODY)).status).toBe(401)
})

it('takes what either of two secrets has signed, during a rotation, and nothing else', async () => {
  const { edge } = edgeWith({ secrets: ['the new one', SECRET] })
  const statusOf = async (secret: string) =>
    (await receiveBytes(edge, { headers: signedHeaders(BODY, secret) }, BODY)).status
  expect(await Promise.all(['the new one', SECRET, 'a third one', ''].map(statusOf))).toEqual([200, 200, 401, 401])
})

it('takes a body in as many pieces as it comes in', async () => {
  const { edge, accepted } = edgeWith()
  const reception = new TestReception(edge, { headers: headers() })
  for (const byte of Buffer.from(BODY)) reception.push(Buffer.from([byte]))
  reception.end()
  expect((await reception.answered).status).toBe(200)
  expect(accepted[0]?.storable).toBe(BODY)
})

it('answers once, and wants no more of a body that is refused', () => {
  const { edge, counted } = edgeWith()
  const reception = new TestReception(edge, { headers: headers() })
  reception.push(Buffer.alloc(1_001))
  expect(reception.isOver).toBe(true)
  reception.push(Buffer.alloc(1))
  reception.end()
  reception.breakOff()
  expect(reception.answers.map(({ status }) => status)).toEqual([413])
  expect(counted).toHaveLength(1)
  expect(edge.bodies.heldBytes).toBe(0)
})

it('takes a body that breaks off for a malformed one', () => {
  const { edge } = edgeWith()
  const reception = new TestReception(edge, { headers: headers() })
  reception.push(Buffer.from(BODY.slice(0, 9)))
  reception.breakOff()
  expect(reception.answers).toMatchObject([{ status: 400, refusal: { reason: 'broken-off' } }])
})

it('holds nothing of a body when it has reached the inbox or was refused', async () => {
  const { edge } = edgeWith()
  await receiveBytes(edge, { headers: headers() }, BODY)
  await receiveBytes(edge, { headers: headers({}, 'another') }, BODY)
  expect(edge.bodies.heldBytes).toBe(0)
})

it('names the shop only where it can be one', async () => {
  const { edge, counted } = edgeWith()
  const wrong = (domain: string) => ({ headers: headers({ 'X-Shopify-Shop-Domain': domain }, 'another') })
  await receiveBytes(edge, wrong('Green-Tea.myshopify.com'), BODY)
  await receiveBytes(edge, wrong('green-tea.example.com'), BODY)
  expect(counted).toEqual(['green-tea.myshopify.com 401 signature-wrong', 'null 401 signature-wrong'])
})
