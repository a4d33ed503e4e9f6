import { launchPath } from './admin/launch-path.ts'
import { BulkOperations } from './bulk/bulk-operations.ts'
import type { ResultFiles } from './bulk/result-files.ts'
import { applyChange } from './changes/apply-change.ts'
import { randomChange } from './changes/random-change.ts'
import type { Change, Fault, FaultPlan, FaultRequest, SandboxShop, ShopSeed } from './contract.ts'
import { ShopFaults } from './faults.ts'
import { createAdminApi } from './graphql/api.ts'
import type { AdminApi } from './graphql/api.ts'
import { API_VERSION } from './graphql/schema.ts'
import { ShownShop } from './graphql/shown-shop.ts'
import type { Id } from './model.ts'
import type { Random } from './random.ts'
import { seedShop } from './seed.ts'
import { signSessionToken } from './session-token.ts'
import type { MutableShopStore } from './store.ts'
import { appUninstalledBody } from './webhooks/bodies/app-body.ts'
import { bulkFinishBody } from './webhooks/bodies/bulk-operation-body.ts'
import { customerRedactBody, dataRequestBody, shopRedactBody } from './webhooks/bodies/compliance-body.ts'
import { createWebhooks } from './webhooks/create-webhooks.ts'
import type { ShopWebhooks } from './webhooks/create-webhooks.ts'
import { ShopSubscriptions } from './webhooks/shop-subscriptions.ts'
import type { Subscription } from './webhooks/subscriptions.ts'

export interface ShopSurroundings {
  apiKey: string
  apiSecret: string
  appUrl: string
  subscriptions: readonly Subscription[]
  /** The sandbox's clock, milliseconds since 1970, for shops that have none of their own. */
  now: () => number
  /** Makes the shop's tokens worthless. */
  revokeTokens: (domain: string) => void
  files: ResultFiles
  /** Of webhooks; Shopify's where they are undefined. */
  retryDelaysMs?: readonly number[]
  timeoutMs?: number
}

/** One shop of the sandbox: its records, its API and its webhooks, behind the contract that tests rely on. */
export class ServedShop implements SandboxShop {
  readonly domain: string
  readonly now: () => number
  readonly store: MutableShopStore
  readonly webhooks: ShopWebhooks
  readonly bulk: BulkOperations
  readonly subscriptions: ShopSubscriptions
  readonly api: AdminApi
  requests = 0
  apiVersion: string = API_VERSION
  readonly #surroundings: ShopSurroundings
  readonly #shown: ShownShop
  readonly #faults = new ShopFaults()
  #removed = false

  constructor(seed: ShopSeed, surroundings: ShopSurroundings) {
    const { apiSecret, appUrl, subscriptions, files, retryDelaysMs, timeoutMs } = surroundings
    this.#surroundings = surroundings
    this.now = seed.now ?? surroundings.now
    this.store = seedShop(seed, this.now)
    this.domain = this.store.shop.domain
    this.#shown = new ShownShop(this.store)
    this.subscriptions = new ShopSubscriptions(this.store)
    this.bulk = new BulkOperations({
      store: this.store,
      shown: this.#shown,
      subscriptions: this.subscriptions,
      files,
      fault: () => this.takeFault('bulk-file'),
      finished: (operation) => this.#announce('bulk_operations/finish', bulkFinishBody(this.store, operation)),
    })
    this.api = createAdminApi({
      store: this.store,
      bulk: this.bulk,
      subscriptions: this.subscriptions,
      shown: this.#shown,
    })
    this.webhooks = createWebhooks({
      domain: this.domain,
      apiSecret,
      appUrl,
      apiVersion: API_VERSION,
      now: this.now,
      subscriptions,
      shopSubscriptions: (topic) => this.subscriptions.of(topic, appUrl),
      retryDelaysMs,
      timeoutMs,
    })
  }

  get points() {
    return this.api.points
  }

  apply(change: Change): Id {
    const { id, announcements } = applyChange(this.store, change)
    for (const { topic, body, eventId } of announcements) this.#announce(topic, body, eventId)
    return id
  }

  randomChange(random: Random): Change {
    return randomChange(this.store, random)
  }

  sessionToken(options: { lifetimeSeconds?: number; userId?: string } = {}): string {
    return signSessionToken({ ...this.#launch(), ...options })
  }

  appPath(path?: string): string {
    return launchPath({ ...this.#launch(), path })
  }

  /** The app was removed: it is told so, and hears nothing more but the compliance topics until it is installed again. */
  uninstall(): void {
    this.#surroundings.revokeTokens(this.domain)
    this.#announce('app/uninstalled', appUninstalledBody(this.store))
    this.subscriptions.clear()
    this.#removed = true
  }

  /** The app got its first token since it was not installed. */
  installed(): void {
    this.#removed = false
  }

  comply(topic: 'customers/redact' | 'customers/data_request' | 'shop/redact', customerId?: Id): void {
    this.webhooks.announce(topic, this.#complianceBody(topic, customerId))
  }

  fail(fault: Fault, times: number): void {
    this.#faults.queue(fault, times)
  }

  get faults(): FaultPlan | null {
    return this.#faults.plan
  }

  set faults(plan: FaultPlan | null) {
    this.#faults.plan = plan
  }

  setIndexLag(ms: number): void {
    this.#shown.lag.set(ms)
  }

  get recentOrdersOnly(): boolean {
    return this.#shown.recentOrdersOnly
  }

  set recentOrdersOnly(isLimited: boolean) {
    this.#shown.recentOrdersOnly = isLimited
  }

  get withheld(): readonly string[] {
    return this.#shown.withheld
  }

  set withheld(fields: readonly string[]) {
    this.#shown.withheld = fields
  }

  /** The fault that the request now being answered has to show, if any. */
  takeFault(kind: FaultRequest['kind']): Promise<Fault | null> {
    return this.#faults.take(kind)
  }

  close(): void {
    this.bulk.close()
    this.webhooks.close()
  }

  /** Tells the app, if the shop has it. */
  #announce(topic: string, body: unknown, eventId?: string): void {
    if (!this.#removed) this.webhooks.announce(topic, body, eventId)
  }

  #complianceBody(topic: string, customerId: Id | undefined): unknown {
    if (topic === 'shop/redact') return shopRedactBody(this.store)
    if (customerId === undefined) throw new Error(`${topic} needs the id of a customer`)
    return topic === 'customers/redact'
      ? customerRedactBody(this.store, customerId)
      : dataRequestBody(this.store, customerId)
  }

  #launch() {
    const { apiKey, apiSecret } = this.#surroundings
    return { apiKey, apiSecret, domain: this.domain, nowMs: this.now() }
  }
}
