/** Who has sent many bad requests within a minute. Bounded: the longest known are forgotten first. */

export interface SenderLimit {
  /** Bad requests of one sender in a window. */
  mostInWindow: number
  windowMs: number
  mostSenders: number
}

export class BadSenders {
  readonly #limit: SenderLimit
  /** In the order in which the windows began. */
  readonly #windows = new Map<string, { endsMs: number; count: number }>()

  constructor(limit: SenderLimit) {
    this.#limit = limit
  }

  get size(): number {
    return this.#windows.size
  }

  isLimited(sender: string, nowMs: number): boolean {
    const window = this.#windows.get(sender)
    return window !== undefined && window.endsMs > nowMs && window.count >= this.#limit.mostInWindow
  }

  note(sender: string, nowMs: number): void {
    const window = this.#windows.get(sender)
    if (window !== undefined && window.endsMs > nowMs) {
      window.count += 1
      return
    }
    this.#windows.delete(sender)
    if (this.#windows.size >= this.#limit.mostSenders) this.#forgetOldest()
    this.#windows.set(sender, { endsMs: nowMs + this.#limit.windowMs, count: 1 })
  }

  #forgetOldest(): void {
    const oldest = this.#windows.keys().next()
    if (!oldest.done) this.#windows.delete(oldest.value)
  }
}
