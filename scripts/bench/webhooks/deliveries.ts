/** Deliveries as Shopify would send them: its own sample bodies as ever newer versions of some thousand records. */
import { sampleBody, signedRequest } from './signed-request.ts'

export const SECRET = 'bench-secret'
export const SHOPS = 20
/** Records of each resource and shop that the deliveries are about: so many that the kinds do not divide them among themselves. */
const RECORDS = 499

export const shopDomain = (shop: number) => `bench-${shop}.myshopify.com`

const kindOf = (topic: string) => ({ topic, body: sampleBody(topic) })

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
      const round = Math.floor(count / shops.length)
      const { topic, body: bodyOf } = kinds[round % kinds.length]!
      const id = 1_000_000 + (round % RECORDS)
      // Each version is newer than the one before, so that each changes the copy.
      const updatedAt = new Date(firstMs + count * 1_000).toISOString()
      return signedRequest({
        path: `/webhooks/${topic.split('/')[0]}`,
        topic,
        domain: shopDomain(shop),
        body: bodyOf(id, updatedAt),
        secret,
      })
    },
  }
}

/** The same few requests again and again, for what is not to cost the sender anything. */
export function createReplayed(factory: Factory, count: number): Factory {
  const requests = Array.from({ length: count }, () => factory.next())
  let next = 0
  return { next: () => requests[next++ % count]! }
}
