/** How many requests were refused, in memory and bounded. */
import type { RefusalReason, RefusalStatus } from './refusal'

export interface RefusalCount {
  /** The shop that the requests claimed to be from; null where it is none, or too many are remembered. */
  shopDomain: string | null
  /** Milliseconds since 1970: the beginning of the hour, in UTC. */
  hourMs: number
  status: RefusalStatus
  reason: RefusalReason
  count: number
}

const HOUR_MS = 3_600_000

export class RefusalCounts {
  readonly #mostKeys: number
  #counts = new Map<string, RefusalCount>()

  /** `mostKeys`: with a shop. Those without one are few by themselves. */
  constructor(mostKeys: number) {
    this.#mostKeys = mostKeys
  }

  get size(): number {
    return this.#counts.size
  }

  add(one: Omit<RefusalCount, 'hourMs' | 'count'>, nowMs: number): void {
    this.#add({ ...one, hourMs: nowMs - (nowMs % HOUR_MS), count: 1 })
  }

  /** All of them; from now on it counts from zero. */
  take(): RefusalCount[] {
    const taken = [...this.#counts.values()]
    this.#counts = new Map()
    return taken
  }

  /** What could not be stored. */
  putBack(counts: readonly RefusalCount[]): void {
    for (const count of counts) this.#add(count)
  }

  #add(added: RefusalCount): void {
    const key = `${added.hourMs} ${added.status} ${added.reason} ${added.shopDomain}`
    const known = this.#counts.get(key)
    if (known !== undefined) known.count += added.count
    else if (added.shopDomain !== null && this.#counts.size >= this.#mostKeys) this.#add({ ...added, shopDomain: null })
    else this.#counts.set(key, added)
  }
}
