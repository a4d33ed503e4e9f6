/**
 * Bodies that are still coming in, of which nobody knows yet whose they are. They may hold so much memory and take so long,
 * all together and each. When there is too much, the oldest give way: Shopify sends a body at once, so that what has been
 * coming in for longest is likely to be no delivery. Making the newest wait would let whoever sends slowly keep everybody out.
 */

export interface UnverifiedBody {
  beganMs: number
  heldBytes: number
  /** It took too long. */
  expire(): void
  /** There are too many. */
  giveWay(): void
}

export interface BodyLimits {
  mostBytes: number
  mostMs: number
}

/** What a chunk takes besides its bytes, so that bodies in crumbs do not pass for small ones. */
const CHUNK_BYTES = 500
/** So much is made free at once, so that not every chunk has to look for what gives way. */
const FREE_DOWN_TO = 0.75
const LOOKS_PER_LIMIT = 10

export class UnverifiedBodies {
  readonly #limits: BodyLimits
  readonly #now: () => number
  /** In the order in which they began. */
  readonly #bodies = new Set<UnverifiedBody>()
  #bytes = 0
  #timer: NodeJS.Timeout | null = null

  /** `now`: milliseconds of a clock that is never put back. */
  constructor(limits: BodyLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  get heldBytes(): number {
    return this.#bytes
  }

  begin(body: UnverifiedBody): void {
    body.beganMs = this.#now()
    this.#bodies.add(body)
    if (this.#timer === null) this.#timer = this.#lookLater()
  }

  hold(body: UnverifiedBody, bytes: number): void {
    body.heldBytes += bytes + CHUNK_BYTES
    this.#bytes += bytes + CHUNK_BYTES
    if (this.#bytes > this.#limits.mostBytes) this.#makeRoom(body)
  }

  /** It is verified or refused. */
  end(body: UnverifiedBody): void {
    if (!this.#bodies.delete(body)) return
    this.#bytes -= body.heldBytes
    body.heldBytes = 0
  }

  #makeRoom(newest: UnverifiedBody): void {
    for (const body of this.#bodies) {
      if (this.#bytes <= this.#limits.mostBytes * FREE_DOWN_TO) return
      if (body !== newest && body.heldBytes > 0) body.giveWay()
    }
  }

  /** One timer for all: one for each would cost every delivery something. */
  #lookLater(): NodeJS.Timeout {
    return setTimeout(() => this.#look(), this.#limits.mostMs / LOOKS_PER_LIMIT).unref()
  }

  #look(): void {
    const latest = this.#now() - this.#limits.mostMs
    for (const body of this.#bodies) {
      if (body.beganMs > latest) break
      body.expire()
    }
    this.#timer = this.#bodies.size === 0 ? null : this.#lookLater()
  }
}
