/** What programs that run the sandbox in their own process may rely on. `startSandbox()` in `server.ts` fulfils it. */
import type { CustomerRecord, Id, OrderRecord, Plan, ProductRecord, ShopRecord } from './model.ts'

export interface SandboxOptions {
  /** 0 picks a free port. Default 4000. */
  port?: number
  /** The app's client id and secret: tokens are checked and webhooks signed with them. */
  apiKey: string
  apiSecret: string
  /** The app's base URL: where webhooks go (paths from `shopify.app.toml`) and what the admin page embeds. */
  appUrl: string
  /** What the app was granted. Default: read_customers, read_orders, read_products. */
  scopes?: string[]
  /** Milliseconds that Shopify's clock is ahead of this machine's (negative: behind). Default 0. */
  clockOffsetMs?: number
  /** Token lifetime in seconds. Default 3600. */
  tokenLifetimeSeconds?: number
}

export interface ShopSeed {
  /** `*.myshopify.com` */
  domain: string
  seed: number
  products: number
  customers: number
  orders: number
  plan?: Plan
  currency?: string
  timezone?: string
}

/** Each change bumps `updatedAt` of what it touches, as Shopify does, and announces itself by the topics Shopify sends. */
export type Change =
  | { type: 'product.create'; fields?: Partial<ProductRecord> }
  | { type: 'product.update'; id: Id; fields: Partial<ProductRecord> }
  | { type: 'product.delete'; id: Id }
  | {
      type: 'variant.update'
      productId: Id
      id: Id
      fields: { price?: string; inventoryQuantity?: number; sku?: string | null }
    }
  | { type: 'variant.create'; productId: Id }
  | { type: 'variant.delete'; productId: Id; id: Id }
  | { type: 'customer.create'; fields?: Partial<CustomerRecord> }
  | { type: 'customer.update'; id: Id; fields: Partial<CustomerRecord> }
  | { type: 'customer.delete'; id: Id }
  | { type: 'order.create'; fields?: Partial<OrderRecord> }
  | { type: 'order.update'; id: Id; fields: Partial<OrderRecord> }
  /** Adds one unit of a line without a price. */
  | { type: 'order.edit'; id: Id }
  | { type: 'order.pay'; id: Id }
  | { type: 'order.cancel'; id: Id; reason?: NonNullable<OrderRecord['cancelReason']> }
  /** Refunds one unit of the first line that has any left. */
  | { type: 'order.refund'; id: Id; note?: string | null }
  | { type: 'order.fulfill'; id: Id }
  | { type: 'order.delete'; id: Id }

/** One webhook POST, as it is or will be sent. */
export interface Delivery {
  topic: string
  path: string
  /** The exact bytes that are signed and sent. */
  body: string
  /** All X-Shopify-* headers, the signature included. */
  headers: Record<string, string>
}

export interface DeliveryResult extends Delivery {
  /** HTTP status, or null when nothing answered. */
  status: number | null
}

export interface Webhooks {
  /** When false, changes announce nothing: those webhooks are lost for good. Default true. */
  enabled: boolean
  /** When true, deliveries are kept in `held` instead of being sent, for the caller to send, repeat, reorder or drop. */
  hold: boolean
  readonly held: Delivery[]
  /** Every delivery that was attempted, oldest first (bounded to the last 10,000). */
  readonly results: DeliveryResult[]
  /** Posts one delivery now. The status of the answer, or null. Safe to call again with the same delivery. */
  send(delivery: Delivery): Promise<DeliveryResult>
  /** Builds a signed delivery of any topic with any body, without sending it. */
  build(topic: string, body: unknown): Delivery
  /** Resolves when nothing is queued or under way. */
  idle(): Promise<void>
}

export interface ShopStore {
  readonly shop: ShopRecord
  readonly products: ReadonlyMap<Id, ProductRecord>
  readonly customers: ReadonlyMap<Id, CustomerRecord>
  readonly orders: ReadonlyMap<Id, OrderRecord>
}

export interface SandboxShop {
  readonly domain: string
  readonly store: ShopStore
  readonly webhooks: Webhooks
  /** Applies a change and announces it. The id of the record concerned. Throws on an unknown id. */
  apply(change: Change): Id
  /** A random, valid change drawn from `random` (0 <= n < 1), mixing all types. */
  randomChange(random: () => number): Change
  /** A session token (JWT, HS256) as App Bridge would give it. Lifetime in seconds, default 60. */
  sessionToken(options?: { lifetimeSeconds?: number; userId?: string }): string
  /** Path and query of the app's first load in the admin: `/app?embedded=1&shop=…&host=…&id_token=…&…`. */
  appPath(path?: string): string
  /** Announces app/uninstalled, as removing the app does; tokens of the shop stop working. */
  uninstall(): void
  /** Sends a compliance topic: customers/redact, customers/data_request (with a customer's id) or shop/redact. */
  comply(topic: 'customers/redact' | 'customers/data_request' | 'shop/redact', customerId?: Id): void
  /** Faults, for tests: the next n API calls are answered so. */
  fail(fault: 'throttled' | 'http500' | 'http429' | 'reset' | 'unauthorized', times: number): void
  /** How many GraphQL requests this shop has answered. */
  readonly requests: number
}

export interface Sandbox {
  /** `http://127.0.0.1:<port>`, what `SHOPIFY_SANDBOX_URL` is set to. */
  readonly url: string
  /** What `APP_BRIDGE_URL` is set to. */
  readonly appBridgeUrl: string
  /** Where a person finds the shop's admin with the app embedded, and the page that shows and edits its data. */
  adminUrl(domain: string): string
  shopUrl(domain: string): string
  createShop(seed: ShopSeed): SandboxShop
  shop(domain: string): SandboxShop
  /** The sandbox's own clock, milliseconds since 1970. */
  now(): number
  close(): Promise<void>
}
