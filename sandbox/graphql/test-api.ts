import { BulkOperations } from '../bulk/bulk-operations.ts'
import { ResultFiles } from '../bulk/result-files.ts'
import type { ShopSeed } from '../contract.ts'
import { seedShop } from '../seed.ts'
import type { MutableShopStore } from '../store.ts'
import { ShopSubscriptions } from '../webhooks/shop-subscriptions.ts'
import { createAdminApi } from './api.ts'
import type { AdminApi } from './api.ts'
import type { ThrottleStatus } from './bucket.ts'
import { ShownShop } from './shown-shop.ts'

/** The body of an answer, as far as tests look into it. */
export interface TestAnswer {
  data: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
  extensions?: {
    cost: { requestedQueryCost: number; actualQueryCost: number | null; throttleStatus: ThrottleStatus }
    search?: unknown
  }
}

export interface TestApi {
  store: MutableShopStore
  api: AdminApi
  shown: ShownShop
  clock: { nowMs: number }
  ask(query: string, variables?: Record<string, unknown>, scopes?: readonly string[]): TestAnswer
}

export const ALL_SCOPES = ['read_customers', 'read_orders', 'read_products']

/** The API of a seeded shop whose clock stands still until the test moves it. */
export function testApi(seed: Partial<ShopSeed> = {}): TestApi {
  const clock = { nowMs: Date.parse('2026-11-22T10:00:00Z') }
  const sizes = { products: 40, customers: 120, orders: 150 }
  const store = seedShop(
    { domain: 'api.myshopify.com', seed: 5, plan: 'enterprise', ...sizes, ...seed },
    () => clock.nowMs,
  )
  const files = new ResultFiles(() => 'http://sandbox.invalid')
  const shown = new ShownShop(store)
  const subscriptions = new ShopSubscriptions(store)
  const bulk = new BulkOperations({
    ...{ store, shown, subscriptions, files },
    ...{ fault: async () => null, finished: () => {} },
  })
  const api = createAdminApi({ store, bulk, subscriptions, shown })
  return {
    store,
    api,
    shown,
    clock,
    ask: (query, variables = {}, scopes = ALL_SCOPES) =>
      api.answer({ query, variables }, { scopes: new Set(scopes), apiKey: 'key' }).body as TestAnswer,
  }
}
