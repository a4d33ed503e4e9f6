import { expect, it } from 'vitest'
import { attributesOf, wrap } from '../../../tests/factories/google.ts'
import { readMessage, wrappedBytes } from './read-message'

const read = (value: unknown) => readMessage(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))

it('reads data and attributes of what Google gives as an example', () => {
  const example = {
    message: {
      attributes: { 'X-Shopify-Topic': 'orders/create', key: 'value' },
      data: 'SGVsbG8gQ2xvdWQgUHViL1N1YiEgSGVyZSBpcyBteSBtZXNzYWdlIQ==',
      messageId: '2070443601311540',
      publishTime: '2021-02-26T19:13:55.749Z',
    },
    subscription: 'projects/myproject/subscriptions/mysubscription',
  }
  expect(read(example)).toEqual({
    attributes: { 'x-shopify-topic': 'orders/create', key: 'value' },
    data: Buffer.from('Hello Cloud Pub/Sub! Here is my message!'),
  })
})

it.each([0, 1, 2, 3, 4, 1_000])('gives back %i bytes as they were', (length) => {
  const body = Buffer.from(Array.from({ length }, (_, index) => (index * 7) % 256))
  expect(read(wrap(body, {}))?.data).toEqual(body)
})

it.each<[string, unknown]>([
  ['no JSON', 'x'],
  ['nothing', ''],
  ['a delivery that is not wrapped', { id: 1 }],
  ['a list', []],
  ['no message', { message: null, subscription: 's' }],
  ['no data', { message: { attributes: {} } }],
  ['no attributes', { message: { data: 'e30=' } }],
  ['an attribute that is no text', { message: { data: 'e30=', attributes: { a: 1 } } }],
  ['data that is no text', { message: { data: {}, attributes: {} } }],
  ['data that is cut off', { message: { data: 'e30', attributes: {} } }],
  ['data that is no base64', { message: { data: 'e3!=', attributes: {} } }],
  ['nesting without end', '['.repeat(100_000)],
])('takes %s for no message', (_what, value) => {
  expect(read(value)).toBeNull()
})

it('leaves room for the largest wrapping that Pub/Sub allows', () => {
  const body = Buffer.alloc(1_000, 'x')
  const most = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`${i}`.padEnd(256, 'k'), 'v'.repeat(1_024)]))
  const sent = wrap(body, { ...attributesOf(body), ...most })
  expect(sent.length).toBeLessThan(wrappedBytes(body.length))
})
