import { expect, it } from 'vitest'
import { signedHeaders } from '../../../tests/factories/receptions.ts'
import { createEdge } from './create-edge'
import { receiveRequest } from './receive-request'

const SECRET = 'a secret of nobody'
const BODY = '{"id": 1}'

const edge = createEdge({
  secrets: [SECRET],
  accept: async () => 'applied',
  failed: () => undefined,
  count: () => undefined,
  mostBodyBytes: 1_000,
  mostBodyMs: 50,
})

function receive(body: BodyInit | null, changes: Record<string, string | undefined> = {}, method = 'POST') {
  const headers = signedHeaders(BODY, SECRET, changes)
  const init = method === 'GET' ? {} : { body, duplex: 'half' as const }
  return receiveRequest(edge, new Request('https://lockstep.test/webhooks/orders', { method, headers, ...init }))
}

it('answers a delivery 200 without a word, and keeps the connection', async () => {
  const response = await receive(BODY)
  expect([response.status, await response.text(), response.headers.get('connection')]).toEqual([200, '', null])
})

it('answers what is refused in a sentence, and keeps a connection whose body was read', async () => {
  const response = await receive('{"id": 2}')
  expect([response.status, await response.text()]).toEqual([401, 'The signature is wrong.\n'])
  expect(response.headers.get('connection')).toBeNull()
  expect(response.headers.get('content-length')).toBe('24')
})

it('takes nothing but POST', async () => {
  const response = await receive(null, {}, 'GET')
  expect([response.status, response.headers.get('allow'), response.headers.get('connection')]).toEqual([
    405,
    'POST',
    null,
  ])
})

/** A body that goes on for ever, and how many pieces of it were asked for. */
function endless() {
  let pieces = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces += 1
      controller.enqueue(new Uint8Array(600))
    },
  })
  return { body, pieces: () => pieces }
}

it.each<[number, number, Record<string, string | undefined>]>([
  [413, 4, {}],
  [401, 1, { 'X-Shopify-Hmac-Sha256': undefined }],
  [415, 1, { 'Content-Type': 'text/plain' }],
])('answers %i to an endless body, of which it reads no more than it must', async (status, mostPieces, changes) => {
  const { body, pieces } = endless()
  const response = await receive(body, changes)
  expect([response.status, response.headers.get('connection')]).toEqual([status, 'close'])
  expect(pieces()).toBeLessThanOrEqual(mostPieces)
})

it('answers 408 to a body that stops', async () => {
  const stopped = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(5)) })
  const response = await receive(stopped)
  expect([response.status, response.headers.get('connection')]).toEqual([408, 'close'])
})

it('takes a body that breaks off for a malformed one', async () => {
  const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('gone')) })
  expect((await receive(broken)).status).toBe(400)
})
