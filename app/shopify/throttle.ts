/**
 * One shop's budget of points, as Shopify itself last stated it in `extensions.cost.throttleStatus`
 * (https://shopify.dev/docs/api/usage/limits). A share of the bucket is kept free for the merchant's own clicks.
 */
export interface ThrottleStatus {
  maximumAvailable: number
  currentlyAvailable: number
  /** Points a second. */
  restoreRate: number
}

/** The part of the bucket that the engine does not touch. */
export const KEPT_FREE = 0.2

export interface Throttle {
  update(status: ThrottleStatus, nowMs: number): void
  /** Milliseconds until a query of `cost` points leaves the kept share untouched. 0 when nothing is known yet. */
  waitMs(cost: number, nowMs: number): number
}

export function createThrottle(): Throttle {
  let known: { status: ThrottleStatus; atMs: number } | null = null
  return {
    update(status, nowMs) {
      known = { status, atMs: nowMs }
    },
    waitMs(cost, nowMs) {
      if (known === null) return 0
      const { maximumAvailable, currentlyAvailable, restoreRate } = known.status
      const restored = Math.min(maximumAvailable, currentlyAvailable + ((nowMs - known.atMs) / 1000) * restoreRate)
      // A query dearer than the bucket without its kept share must not wait for ever.
      const needed = Math.min(cost + maximumAvailable * KEPT_FREE, maximumAvailable)
      return restored >= needed ? 0 : Math.ceil(((needed - restored) / restoreRate) * 1000)
    },
  }
}
