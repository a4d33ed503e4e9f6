/** A webhook delivery on its way through the inbox. */
import type { WebhookBody } from '../resources/resource'
import type { Instant } from '../sync/ports'

/** One verified POST of Shopify. */
export interface Delivery {
  /** `*.myshopify.com`, in lower case. */
  shopDomain: string
  /** As in the TOML: `orders/create`. */
  topic: string
  /** One per delivery, kept when Shopify sends it again: what repetitions are known by. */
  webhookId: string
  /** One per action in the shop, shared by all deliveries that it caused. */
  eventId: string | null
  apiVersion: string | null
  /** Shopify's clock; null when the header was absent or not a time. */
  triggeredAt: Instant | null
  /** Our clock. */
  receivedAt: Instant
  body: WebhookBody
  /** The body's JSON text as jsonb takes it. */
  storable: string
}

/** When Shopify showed what the delivery carries: on its own clock, or at the latest when it arrived. */
export const observedAtOf = (delivery: Pick<Delivery, 'triggeredAt' | 'receivedAt'>): Instant =>
  delivery.triggeredAt ?? delivery.receivedAt

/**
 * What became of a delivery. `unavailable`: nothing is stored, Shopify has to send it again. All others are stored, or
 * need not be, and are answered 200.
 */
export type Outcome = 'applied' | 'duplicate' | 'pending' | 'ignored' | 'unavailable'

/** `erasing`: nothing is stored, for the shop or a person in it is just being erased. That may be over in a moment. */
export type Attempted = Outcome | 'erasing'

/** How the error of a delivery ends whose very body PostgreSQL refused. */
export const BODY_REFUSED = '; its body could not be stored'

/** What the table's `state` can be. */
export const DELIVERY_STATES = ['applied', 'pending', 'dead', 'ignored'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]
