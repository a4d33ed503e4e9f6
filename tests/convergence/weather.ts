/** How rough a seed is: drawn once, so that calm and stormy shops come in all mixtures. */
import { chance, int, pick, type Random } from '../../sandbox/random.ts'

const MINUTE_MS = 60_000

/** Shares are of 1. */
export interface Weather {
  sizes: { products: number; customers: number; orders: number; checkouts: number; carts: number }
  timezone: string
  currency: string
  startMs: number
  steps: number
  /** How far the app's clock is ahead of the shop's. */
  appAheadMs: number
  /** How far Shopify's searches are behind. */
  indexLagMs: number
  /** So many records are read by a bulk operation. */
  bulkFrom: number
  /** Of deliveries. */
  dropped: number
  repeated: number
  held: number
  stale: number
  /** Of requests. */
  faulty: number
  /** Of requests during which something else happens. */
  meanwhile: number
  /** Of jobs and of groups of deliveries. */
  killed: number
  cut: number
  /** Of bulk operations. */
  badBulk: number
}

/** Before any clock of a machine that plays it: what the database holds against its own clock is then always in the past. */
const FIRST_START = Date.UTC(2024, 0, 8)
const YEAR_MS = 365 * 86_400_000

export function drawWeather(random: Random): Weather {
  const some = (share: number, most: number) => (chance(random, share) ? random() * most : 0)
  const startMs = FIRST_START + Math.floor(random() * YEAR_MS)
  return {
    sizes: {
      products: int(random, 3, 12),
      customers: int(random, 3, 16),
      orders: int(random, 4, 26),
      checkouts: int(random, 0, 4),
      carts: int(random, 0, 3),
    },
    timezone: pick(random, ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland']),
    currency: pick(random, ['USD', 'EUR', 'JPY']),
    startMs,
    steps: int(random, 12, 22),
    appAheadMs: chance(random, 0.5) ? 0 : int(random, -4 * MINUTE_MS, 4 * MINUTE_MS),
    indexLagMs: chance(random, 0.5) ? 0 : int(random, 1_000, 4 * MINUTE_MS),
    bulkFrom: chance(random, 0.25) ? int(random, 1, 8) : 1_000,
    dropped: some(0.6, 0.5),
    repeated: some(0.4, 0.3),
    held: some(0.7, 0.6),
    stale: some(0.4, 0.35),
    faulty: some(0.7, 0.25),
    meanwhile: some(0.7, 0.25),
    killed: some(0.7, 0.6),
    cut: some(0.4, 0.3),
    badBulk: some(0.6, 0.9),
  }
}
