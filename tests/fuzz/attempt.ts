/** Requests as nobody should send them, made of Shopify's samples. */
import { createHmac, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { TOPIC_PATHS } from '~/webhooks/topic-paths'
import { sampleBody } from '../integration/webhooks-shop.ts'
import { byteEdits, type ByteEdit, editedBytes } from './edit-bytes.ts'
import { type Edit, editedJson, edits } from './edit-json.ts'

export const TOPICS = Object.keys(TOPIC_PATHS)
const SAMPLES = new Map(TOPICS.map((topic) => [topic, sampleBody(topic)]))

/** These are about the whole shop or a person of it, and may touch any of its rows. */
export const TOPICS_OF_SHOPS = [
  'app/uninstalled',
  'app/scopes_update',
  'shop/update',
  'shop/redact',
  'customers/redact',
]
export const TOPICS_OF_RECORDS = TOPICS.filter((topic) => !TOPICS_OF_SHOPS.includes(topic))

export type HeaderEdit = { name: string } & ({ kind: 'drop' } | { kind: 'set' | 'double'; value: string })

/** `wrong`: signed by another secret. `garbled`: not even base64. `stale`: the right one of the body before one bit changed. */
export type Signing = 'right' | 'wrong' | 'missing' | 'garbled' | 'stale'

/** How the body travels. All but `length` and `chunked` break HTTP, or their own promise. */
const FRAMINGS = [
  'length',
  'chunked',
  'too-long',
  'too-short',
  'no-number',
  'both',
  'bad-chunk',
  'huge-chunk',
  'none',
] as const
export type Framing = (typeof FRAMINGS)[number]

export interface Plan {
  topic: string
  jsonEdits: readonly Edit[]
  byteEdits: readonly ByteEdit[]
  headerEdits: readonly HeaderEdit[]
  method: string
  framing: Framing
  signing: Signing
}

/** What is sent. */
export interface Attempt extends Plan {
  path: string
  headers: readonly (readonly [name: string, value: string])[]
  body: Buffer
}

const NAMES = ['X-Shopify-Topic', 'X-Shopify-Shop-Domain', 'X-Shopify-API-Version', 'X-Shopify-Webhook-Id'].concat([
  'X-Shopify-Event-Id',
  'X-Shopify-Triggered-At',
  'Content-Type',
  'Host',
  'Connection',
  'Expect',
  'X-Nothing',
])
const VALUES = [
  '',
  ' ',
  ',',
  'ORDERS/CREATE',
  'orders/create',
  'products/delete',
  'shop/redact/',
  'a/b',
  '/',
  '__proto__/a',
]
  .concat([
    'unknown-shop.myshopify.com',
    'x.myshopify.com.example.com',
    "'; drop table shops; --",
    '2026-13-45T99:99:99Z',
  ])
  .concat([
    '9999-12-31T23:59:59.999999999Z',
    '0000-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '2026-11-26T10:00:00.5+99:00',
  ])
  .concat([
    'text/plain',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    '100-continue',
    'upgrade',
  ])
  .concat(['\xff\xfe', 'x'.repeat(201), 'x'.repeat(12_000), 'x'.repeat(40_000), '../../etc/passwd', '%00', '{}'])

const headerName = fc.constantFrom(...NAMES)
const headerEdits: fc.Arbitrary<HeaderEdit> = fc.oneof(
  fc.record({ kind: fc.constant('drop' as const), name: headerName }),
  fc.record({
    kind: fc.constantFrom('set' as const, 'double' as const),
    name: headerName,
    value: fc.constantFrom(...VALUES),
  }),
)

const often = <T>(value: T, others: readonly T[], weight = 6) =>
  fc.oneof({ arbitrary: fc.constant(value), weight }, fc.constantFrom(...others))

const partsOf = (topics: readonly string[]) => ({
  topic: fc.constantFrom(...topics),
  jsonEdits: fc.array(edits, { maxLength: 4 }),
  byteEdits: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, fc.array(byteEdits, { maxLength: 3 })),
  headerEdits: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, fc.array(headerEdits, { maxLength: 3 })),
  method: fc.constant('POST'),
})

/** Rightly signed, whatever is in it; some travel badly. */
export const signedPlans = (topics: readonly string[]): fc.Arbitrary<Plan> =>
  fc.record({
    ...partsOf(topics),
    framing: often<Framing>('length', FRAMINGS.slice(1), 12),
    signing: fc.constant('right' as const),
  })

/** Not rightly signed, or not a POST. */
export const unsignedPlans: fc.Arbitrary<Plan> = fc.oneof(
  {
    arbitrary: fc.record({
      ...partsOf(TOPICS),
      method: often('POST', ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'post', 'BREW', '']),
      framing: often<Framing>('length', FRAMINGS.slice(1)),
      signing: fc.constantFrom<Signing>('wrong', 'missing', 'garbled', 'stale'),
    }),
    weight: 5,
  },
  fc.record({
    ...partsOf(TOPICS),
    method: fc.constantFrom('GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'post', 'BREW', ''),
    framing: fc.constant('length' as const),
    signing: fc.constant('right' as const),
  }),
)

const PLAIN = { jsonEdits: [], byteEdits: [], headerEdits: [], method: 'POST', framing: 'length' } as const

/** A request as Shopify sends it. */
export function goodAttempt(topic: string, body: string, domain: string, secret: string): Attempt {
  const plain = attemptOf({ ...PLAIN, topic, signing: 'missing' }, domain, secret)
  const bytes = Buffer.from(body)
  const signature = createHmac('sha256', secret).update(bytes).digest('base64')
  const headers = [...plain.headers, ['X-Shopify-Hmac-Sha256', signature] as const]
  return { ...plain, signing: 'right', headers, body: bytes }
}

/** A request of the shop with a webhook id of its own. */
export function attemptOf(plan: Plan, domain: string, secret: string): Attempt {
  const { topic, signing } = plan
  // Shopify gives no webhook id to two shops.
  const ofShop = (edit: HeaderEdit) =>
    edit.kind === 'drop' || edit.name !== 'X-Shopify-Webhook-Id' || edit.value.trim() === ''
      ? edit
      : { ...edit, value: `${edit.value}-${domain}` }
  const json = Buffer.from(editedJson(SAMPLES.get(topic), plan.jsonEdits))
  const signed = editedBytes(json, plan.byteEdits)
  const body = signing === 'stale' ? editedBytes(signed, [{ kind: 'flip', at: 500, bit: 0 }]) : signed
  const key = signing === 'wrong' ? 'another secret' : secret
  const signature = createHmac('sha256', key).update(signed).digest('base64')
  const usual: [string, string][] = [
    ['Host', '127.0.0.1'],
    ['Content-Type', 'application/json'],
    ['X-Shopify-Topic', topic],
    ['X-Shopify-Shop-Domain', domain],
    ['X-Shopify-API-Version', '2026-10'],
    ['X-Shopify-Webhook-Id', randomUUID()],
    ['X-Shopify-Event-Id', randomUUID()],
    ['X-Shopify-Triggered-At', new Date().toISOString()],
  ]
  if (signing !== 'missing') {
    usual.push(['X-Shopify-Hmac-Sha256', signing === 'garbled' ? signature.slice(1, -4) : signature])
  }
  return { ...plan, path: TOPIC_PATHS[topic]!, headers: editedHeaders(usual, plan.headerEdits.map(ofShop)), body }
}

function editedHeaders(usual: readonly [string, string][], all: readonly HeaderEdit[]): [string, string][] {
  return all.reduce<[string, string][]>(
    (headers, edit) => {
      const others = headers.filter(([name]) => name !== edit.name)
      if (edit.kind === 'drop') return others
      return edit.kind === 'set' ? [...others, [edit.name, edit.value]] : [...headers, [edit.name, edit.value]]
    },
    [...usual],
  )
}

/** As a server sees it that joins what was sent twice; null when it was not sent. */
export function headerOf({ headers }: Pick<Attempt, 'headers'>, name: string): string | null {
  const values = headers.filter(([each]) => each === name).map(([, value]) => value.trim())
  return values.length === 0 ? null : values.join(', ').trim()
}
