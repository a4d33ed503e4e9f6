/** What is sent: deliveries of some shops as Shopify would mix them, each with what it must have done in the end. */
import { randomUUID } from 'node:crypto'
import { pathOfTopic } from '../../app/webhooks/topic-paths.ts'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, pick, type Random } from '../../sandbox/random.ts'
import { type BodyOf, sampleBody, signedRequest } from '../bench/webhooks/signed-request.ts'

export type Mirrored = 'orders' | 'products' | 'customers' | 'carts' | 'checkouts'

/** That the record is in the copy in this version or a later one; null: that it is a tombstone. */
export interface Effect {
  /** The shop itself has no id among its own; an export has that of its request. */
  resource: Mirrored | 'shops' | 'data_exports'
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

/** A cart's id is text. */
const cartBody: BodyOf = (id, updatedAt) => `{"id":"${id}","token":"${id}","line_items":[],"updated_at":"${updatedAt}"}`

/** `share`: of those up to and with it. */
const UPDATES = [
  { resource: 'orders', topic: 'orders/updated', share: 0.5, bodyOf: sampleBody('orders/updated') },
  { resource: 'products', topic: 'products/update', share: 0.7, bodyOf: sampleBody('products/update') },
  { resource: 'customers', topic: 'customers/update', share: 0.85, bodyOf: sampleBody('customers/update') },
  { resource: 'carts', topic: 'carts/update', share: 0.93, bodyOf: cartBody },
  { resource: 'checkouts', topic: 'checkouts/update', share: 1, bodyOf: sampleBody('checkouts/update') },
] as const

/** Customers whom nothing else is about. */
const FIRST_REDACTED_ID = 900_000_000
/** Two that Shopify triggers in the same millisecond have no order. */
const BETWEEN_SHOP_UPDATES = 100

/** Each call makes another delivery. `burstOf`: an update of that shop, since one erasure would have the others come again. */
export type Sender = (burstOf?: SandboxShop) => Letter

/** Versions of one record only grow; what was deleted does not come back. */
export function createSender(shops: readonly SandboxShop[], random: Random, secret: string): Sender {
  const firstMs = Math.floor(Date.now() / 1_000) * 1_000 - 30 * 86_400_000
  const ids = new Map<string, number>()
  /** When each shop had its last. */
  const shopUpdates = new Map<string, number>()
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

  const versionMs = () => firstMs + count * 1_000

  function update(shop: SandboxShop): Letter {
    const drawn = random()
    const { resource, topic, bodyOf } = UPDATES.find(({ share }) => drawn < share)!
    const place = `${shop.domain} ${resource} ${int(random, 1, RECORDS)}`
    const id = ids.get(place) ?? FIRST_ID + ids.size
    ids.set(place, id)
    const updatedAtMs = versionMs()
    const body = bodyOf(id, new Date(updatedAtMs).toISOString())
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

  /** Its name is the version. */
  function shopUpdate(shop: SandboxShop): Letter {
    if (count < (shopUpdates.get(shop.domain) ?? -Infinity) + BETWEEN_SHOP_UPDATES) return update(shop)
    shopUpdates.set(shop.domain, count)
    const updatedAtMs = versionMs()
    const body = `{"id":1,"name":"${new Date(updatedAtMs).toISOString()}"}`
    return letter(shop, 'shop/update', body, { resource: 'shops', id: '', updatedAtMs })
  }

  function dataRequest(shop: SandboxShop): Letter {
    const body = `{"customer":{"id":${FIRST_ID}},"orders_requested":[],"data_request":{"id":${count}}}`
    return letter(shop, 'customers/data_request', body, { resource: 'data_exports', id: String(count), updatedAtMs: 0 })
  }

  function redaction(shop: SandboxShop): Letter {
    const id = FIRST_REDACTED_ID + count
    const body = `{"customer":{"id":${id}},"orders_to_redact":[]}`
    return letter(shop, 'customers/redact', body, { resource: 'customers', id: String(id), updatedAtMs: null })
  }

  const other = (shop: SandboxShop) => letter(shop, 'themes/update', `{"id":${count}}`, null)

  /** `share`: of those up to and with it. */
  const kinds = [
    { share: 0.03, make: deletion },
    { share: 0.06, make: signal },
    { share: 0.08, make: other },
    { share: 0.085, make: shopUpdate },
    { share: 0.09, make: dataRequest },
    // Few: meanwhile nothing of the shop is taken.
    { share: 0.092, make: redaction },
    { share: 1, make: update },
  ]

  return (burstOf) => {
    count += 1
    if (burstOf !== undefined) return update(burstOf)
    const shop = pick(random, shops)
    const drawn = random()
    return kinds.find(({ share }) => drawn < share)!.make(shop)
  }
}
