/** What programs that run the sandbox in their own process may rely on. `startSandbox()` in `server.ts` fulfils it. */
import type {
  CartRecord,
  CheckoutRecord,
  CustomerRecord,
  Id,
  OrderRecord,
  Plan,
  ProductRecord,
  ShopRecord,
} from './model.ts'
import type { BulkControl, Fault, FaultPlan, Mischief } from './trouble.ts'

export type * from './trouble.ts'

export interface SandboxOptions {
  /** 0 picks a free port. Default 4000. */
  port?: number
  /** The app's client id and secret: tokens are checked and webhooks signed with them. */
  apiKey: string
  apiSecret: string
  /** The app's base URL: where webhooks go (paths from `shopify.app.toml`) and what the admin page embeds. */
  appUrl: string
  /** What the app was granted. Default: read_customers, read_customer_merge, read_orders, read_products. */
  scopes?: string[]
  /** At the start: milliseconds that Shopify's clock is ahead of this machine's (negative: behind). Default 0. */
  clockOffsetMs?: number
  /** Token lifetime in seconds. Default 3600. */
  tokenLifetimeSeconds?: number
  /**
   * How long to wait before each further attempt at a webhook that was not answered with a 2xx; their number is that of
   * the attempts. Default: eight, as with Shopify, in about a minute rather than four hours.
   */
  webhookRetryDelaysMs?: readonly number[]
  /** How long the app has for its answer to a webhook. Default 5000, as with Shopify. */
  webhookTimeoutMs?: number
}

export interface ShopSeed {
  /** `*.myshopify.com` */
  domain: string
  seed: number
  products: number
  customers: number
  orders: number
  /** Default: a tenth of the orders each. */
  checkouts?: number
  carts?: number
  plan?: Plan
  currency?: string
  timezone?: string
  /**
   * A clock of the shop's own, milliseconds since 1970, for all that it does and says: its changes, tokens, points and
   * `Date` headers. A test that moves it by hand plays a day in no time. Default: the sandbox's.
   */
  now?: () => number
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
  /** The other customer becomes part of this one, and so do their orders and checkouts, which do not count as updated. */
  | { type: 'customer.merge'; id: Id; mergedId: Id }
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
  | { type: 'cart.create'; fields?: Partial<CartRecord> }
  | { type: 'cart.update'; id: string; fields: Partial<CartRecord> }
  | { type: 'checkout.create'; fields?: Partial<CheckoutRecord> }
  | { type: 'checkout.update'; id: Id; fields: Partial<CheckoutRecord> }
  /** The checkout becomes an order, whose id is what the change gives. */
  | { type: 'checkout.complete'; id: Id }
  | { type: 'checkout.delete'; id: Id }

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
  /** Asked for each delivery when it is announced, unless `hold` is on; not for further attempts. */
  mischief: ((delivery: Delivery) => Mischief) | null
  /** Queues deliveries that were held, in this order and no longer held; all of them unless some are named. */
  release(deliveries?: readonly Delivery[]): void
  /** Every delivery that was attempted, oldest first (bounded to the last 10,000). */
  readonly results: DeliveryResult[]
  /** Posts one delivery now. The status of the answer, or null. Safe to call again with the same delivery. */
  send(delivery: Delivery): Promise<DeliveryResult>
  /** Builds a signed delivery of any topic with any body, without sending it. */
  build(topic: string, body: unknown): Delivery
  /** Resolves when nothing is queued, delayed or under way. What is held is not waited for. */
  idle(): Promise<void>
}

export interface ShopStore {
  readonly shop: ShopRecord
  readonly products: ReadonlyMap<Id, ProductRecord>
  readonly customers: ReadonlyMap<Id, CustomerRecord>
  readonly orders: ReadonlyMap<Id, OrderRecord>
  readonly checkouts: ReadonlyMap<Id, CheckoutRecord>
  readonly carts: ReadonlyMap<string, CartRecord>
}

export interface SandboxShop {
  readonly domain: string
  /** The shop's clock, milliseconds since 1970. */
  now(): number
  readonly store: ShopStore
  readonly webhooks: Webhooks
  readonly bulk: BulkControl
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
  fail(fault: Fault, times: number): void
  /** Asked at every request that `fail` says nothing of; the request waits for what it does, and sees it. */
  faults: FaultPlan | null
  /**
   * Searches, counts and what is sorted by UPDATED_AT learn of each later change only after so many milliseconds: a
   * record is found where its older version was, and shown as it is. Default 0.
   */
  setIndexLag(ms: number): void
  /** Orders of more than 60 days ago are hidden from an app that was not granted `read_all_orders`. Default false. */
  recentOrdersOnly: boolean
  /**
   * Fields of the schema, such as `Customer.email`, that answer null with an error, as protected customer data does for an
   * app that was not approved for it. Default none.
   */
  withheld: readonly string[]
  /** What answers of the Admin API say of their version. Default the version that is asked for. */
  apiVersion: string
  /** How many GraphQL requests this shop has answered. */
  readonly requests: number
  /** Points that queries were charged, and how many queries were throttled. */
  readonly points: { readonly charged: number; readonly throttled: number }
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
  /** Puts that clock so many milliseconds before this machine's (negative: behind), from now on. */
  setClockOffset(offsetMs: number): void
  close(): Promise<void>
}
