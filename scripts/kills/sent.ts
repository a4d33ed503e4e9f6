/** What is sent: deliveries of some shops as Shopify would mix them, each with what it must have done in the end. */
import { randomUUID } from 'node:crypto'
import { pathOfTopic } from '../../app/webhooks/topic-paths.ts'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, pick, type Random } from '../../sandbox/random.ts'
import { sampleBody, signedRequest } from '../bench/webhooks/signed-request.ts'

export type Mirrored = 'orders' | 'products' | 'customers'

/** That the record is in the copy in this version or a later one; null: that it is a tombstone. */
export interface Effect {
  resource: Mirrored
  id: string
  /** Milliseconds since 1970. */
  updatedAtMs: number | null
}

/** One delivery, however often it is sent. */
export interface Sent {
  webhookId: string
  topic: string
  domain: string
  /** Null: it is noted, and does nothing. */
  effect: Effect | null
  /** It was answered 200. */
  isAcknowledged: boolean
}

export interface Letter {
  sent: Sent
  request: Buffer
}

/** Records of each resource and shop at a time. */
const RECORDS = 60
const FIRST_ID = 1_000_000

const UPDATES = [
  { resource: 'orders', topic: 'orders/updated', share: 0.6 },
  { resource: 'products', topic: 'products/update', share: 0.8 },
  { resource: 'customers', topic: 'customers/update', share: 1 },
] as const
const BODIES = new Map(UPDATES.map(({ topic }) => [topic, sampleBody(topic)]))

const SHARE_OF_DELETIONS = 0.03
const SHARE_OF_SIGNALS = 0.03
const SHARE_OF_OTHERS = 0.02

/** Each call makes another delivery. Versions of one record only grow; what was deleted does not come back. */
export function createSender(shops: readonly SandboxShop[], random: Random, secret: string): () => Letter {
  const firstMs = Math.floor(Date.now() / 1_000) * 1_000 - 30 * 86_400_000
  const ids = new Map<string, number>()
  let count = 0

  function letter(shop: SandboxShop, topic: string, body: string, effect: Effect | null): Letter {
    const webhookId = randomUUID()
    const { domain } = shop
    const path = pathOfTopic(topic)
    return {
      sent: { webhookId, topic, domain, effect, isAcknowledged: false },
      request: signedRequest({ path, topic, domain, body, secret, webhookId }),
    }
  }

  function update(shop: SandboxShop): Letter {
    const drawn = random()
    const { resource, topic } = UPDATES.find(({ share }) => drawn < share)!
    const place = `${shop.domain} ${resource} ${int(random, 1, RECORDS)}`
    const id = ids.get(place) ?? FIRST_ID + ids.size
    ids.set(place, id)
    const updatedAtMs = firstMs + count * 1_000
    const body = BODIES.get(topic)!(id, new Date(updatedAtMs).toISOString())
    return letter(shop, topic, body, { resource, id: String(id), updatedAtMs })
  }

  /** Another record takes its place. */
  function deletion(shop: SandboxShop): Letter {
    const place = `${shop.domain} orders ${int(random, 1, RECORDS)}`
    const id = ids.get(place)
    if (id === undefined) return update(shop)
    ids.set(place, id + FIRST_ID)
    return letter(shop, 'orders/delete', `{"id":${id}}`, { resource: 'orders', id: String(id), updatedAtMs: null })
  }

  /** The order has changed, and the body does not say how. */
  function signal(shop: SandboxShop): Letter {
    const id = pick(random, [...shop.store.orders.keys()])
    shop.apply({ type: 'order.update', id, fields: { note: `version ${count}` } })
    const updatedAtMs = Date.parse(shop.store.orders.get(id)!.updatedAt)
    const effect: Effect = { resource: 'orders', id, updatedAtMs }
    return chance(random, 0.5)
      ? letter(shop, 'orders/edited', `{"order_edit":{"order_id":${id}}}`, effect)
      : letter(shop, 'refunds/create', `{"id":${count},"order_id":${id}}`, effect)
  }

  return () => {
    count += 1
    const shop = pick(random, shops)
    const drawn = random()
    if (drawn < SHARE_OF_DELETIONS) return deletion(shop)
    if (drawn < SHARE_OF_DELETIONS + SHARE_OF_SIGNALS) return signal(shop)
    if (drawn < SHARE_OF_DELETIONS + SHARE_OF_SIGNALS + SHARE_OF_OTHERS)
      return letter(shop, 'themes/update', `{"id":${count}}`, null)
    return update(shop)
  }
}
