import type { Plan } from '../model.ts'

/** Points restored a second, per plan (https://shopify.dev/docs/api/usage/limits). */
const RESTORE_RATES: Record<Plan, number> = { standard: 100, advanced: 200, plus: 1000, enterprise: 2000 }
const BUCKET_SECONDS = 20
/** The most that a single query may ask for, whatever the plan. */
export const MAX_QUERY_COST = 1000

export interface ThrottleStatus {
  maximumAvailable: number
  currentlyAvailable: number
  restoreRate: number
}

/** One app's points in one shop: a leaky bucket. `now`: milliseconds since 1970. */
export class PointBucket {
  readonly #now: () => number
  readonly #restoreRate: number
  readonly #maximum: number
  #available: number
  #countedAtMs: number

  constructor(plan: Plan, now: () => number) {
    this.#now = now
    this.#restoreRate = RESTORE_RATES[plan]
    this.#maximum = this.#restoreRate * BUCKET_SECONDS
    this.#available = this.#maximum
    this.#countedAtMs = now()
  }

  /** Takes the points out, or takes nothing and says no when they are not all there. */
  take(points: number): boolean {
    this.#restore()
    if (points > this.#available) return false
    this.#available -= points
    return true
  }

  /** Gives back what was asked for and not used. */
  refund(points: number): void {
    this.#available = Math.min(this.#maximum, this.#available + points)
  }

  status(): ThrottleStatus {
    this.#restore()
    return {
      maximumAvailable: this.#maximum,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: this.#restoreRate,
    }
  }

  #restore(): void {
    const nowMs = this.#now()
    const elapsedMs = Math.max(0, nowMs - this.#countedAtMs)
    this.#countedAtMs = nowMs
    this.#available = Math.min(this.#maximum, this.#available + (elapsedMs / 1000) * this.#restoreRate)
  }
}
