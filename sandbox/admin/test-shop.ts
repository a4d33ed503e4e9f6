import { BulkOperations } from '../bulk/bulk-operations.ts'
import { ResultFiles } from '../bulk/result-files.ts'
import { applyChange } from '../changes/apply-change.ts'
import { randomChange } from '../changes/random-change.ts'
import type { Change, DeliveryResult, SandboxShop } from '../contract.ts'
import { ShownShop } from '../graphql/shown-shop.ts'
import { seedShop } from '../seed.ts'
import { signSessionToken } from '../session-token.ts'
import { launchPath } from './launch-path.ts'
import { ShopSubscriptions } from '../webhooks/shop-subscriptions.ts'

export const testApp = { apiKey: 'client-id', apiSecret: 'client-secret' }

/** A seeded shop without a server around it, for tests of its pages. `changes` is what has been applied. */
export function testShop(domain = 'first-light.myshopify.com'): SandboxShop & { changes: Change[] } {
  const store = seedShop({ domain, seed: 11, products: 40, customers: 60, orders: 80 }, () => Date.now())
  const changes: Change[] = []
  const results: DeliveryResult[] = []
  const delivery = { topic: '', path: '', body: '', headers: {}, status: null }
  return {
    domain,
    now: () => Date.now(),
    store,
    changes,
    requests: 0,
    points: { charged: 0, throttled: 0 },
    webhooks: {
      enabled: true,
      hold: false,
      held: [],
      mischief: null,
      release: () => undefined,
      results,
      send: async (sent) => ({ ...sent, status: null }),
      build: () => delivery,
      idle: async () => undefined,
    },
    bulk: new BulkOperations({
      store,
      shown: new ShownShop(store),
      subscriptions: new ShopSubscriptions(store),
      files: new ResultFiles(() => ''),
      fault: async () => null,
      finished: () => undefined,
    }),
    apply(change) {
      const { id, announcements } = applyChange(store, change)
      changes.push(change)
      for (const { topic } of this.webhooks.enabled ? announcements : []) {
        const headers = { 'X-Shopify-Triggered-At': new Date().toISOString() }
        results.push({ ...delivery, topic, headers, status: results.length % 5 === 4 ? 503 : 200 })
      }
      return id
    },
    randomChange: (random) => randomChange(store, random),
    sessionToken: () => signSessionToken({ ...testApp, domain, nowMs: Date.now() }),
    appPath: (path) => launchPath({ ...testApp, domain, path, nowMs: Date.now() }),
    uninstall: () => undefined,
    comply: () => undefined,
    fail: () => undefined,
    faults: null,
    setIndexLag: () => undefined,
    recentOrdersOnly: false,
    withheld: [],
    apiVersion: '2026-10',
  }
}
