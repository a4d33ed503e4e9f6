import type { ShopSeed } from '../contract.ts'
import type { OrderRecord } from '../model.ts'
import { seedShop } from '../seed.ts'
import type { MutableShopStore } from '../store.ts'

/** A seeded shop whose clock stands still until the test moves it. */
export interface TestShop {
  store: MutableShopStore
  /** Moves the clock and gives the new time as the shop writes it. */
  later(seconds?: number): string
}

export function testShop(seed: Partial<ShopSeed> = {}): TestShop {
  let nowMs = Date.parse('2026-11-22T10:00:00Z')
  const whole = { domain: 'changes.myshopify.com', seed: 11, products: 4, customers: 4, orders: 6, ...seed }
  const store = seedShop(whole, () => nowMs)
  return {
    store,
    later(seconds = 60) {
      nowMs += seconds * 1_000
      return store.timestamp()
    },
  }
}

/** The first of the shop's records of a kind; throws when there is none. */
export function firstOf<T>(records: ReadonlyMap<string, T>): T {
  for (const record of records.values()) return record
  throw new Error('the shop has no such record')
}

/** Two units at 30.00 with 6.00 off, one at 5.00, 4.00 for shipping: 63.00 in all. */
export function twoLines(): Partial<OrderRecord> {
  const line = { productId: null, variantId: null, variantTitle: null, sku: null }
  return {
    totalShipping: '4.00',
    lineItems: [
      { ...line, id: '71', title: 'Chair', quantity: 2, currentQuantity: 2, price: '30.00', totalDiscount: '6.00' },
      { ...line, id: '72', title: 'Cloth', quantity: 1, currentQuantity: 1, price: '5.00', totalDiscount: '0.00' },
    ],
  }
}
