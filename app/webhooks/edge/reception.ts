/** One request on its way in: headers and a stream of bytes, then a status. What carries it, node:http or Remix, is behind `answer`. */
import type { Delivery, Outcome } from '../delivery'
import type { BodyReader, Gate } from './gate'
import type { EdgeHeaders } from './headers'
import { type Refusal, REFUSALS } from './refusal'
import type { UnverifiedBodies, UnverifiedBody } from './unverified-bodies'

/** What all requests share. */
export interface Edge {
  /** Of what Shopify sends itself. */
  signed: Gate
  /** Of what Google Cloud Pub/Sub pushes; null where that is not set up. */
  pubsub: Gate | null
  bodies: UnverifiedBodies
  /** Milliseconds since 1970. */
  now: () => number
  accept: (delivery: Delivery) => Promise<Outcome>
  /** Hears of an error of ours. The request is answered all the same: one must not end the process for all. */
  failed: (error: unknown) => void
  /** Notes the refusal and returns the one to answer with. `address`: the sender's, where it is known. */
  refuse: (refusal: Refusal, headers: EdgeHeaders, address: string | null) => Refusal
}

/** 200 tells Shopify that the delivery is ours now; 503 that it has to come again. */
const STATUS: Readonly<Record<Outcome, 200 | 503>> = {
  applied: 200,
  duplicate: 200,
  pending: 200,
  ignored: 200,
  unavailable: 503,
}

/**
 * `open` first; then `push` for each chunk, and `end` or `breakOff`. `answer` is called once, whatever comes after it. All of
 * this is synchronous but the waits for a gate that asks others and for `accept`, so that a forgery costs neither a turn of the
 * event loop nor a copy.
 */
export abstract class Reception implements UnverifiedBody {
  readonly edge: Edge
  readonly headers: EdgeHeaders
  beganMs = 0
  heldBytes = 0
  readonly #address: string | null
  readonly #gate: Gate | null
  #reader: BodyReader | null = null
  #chunks: Uint8Array[] = []
  #length = 0
  #isOver = false

  /** `gate`: null at an address that takes nothing. */
  constructor(edge: Edge, headers: EdgeHeaders, address: string | null, gate: Gate | null = edge.signed) {
    this.edge = edge
    this.headers = headers
    this.#address = address
    this.#gate = gate
  }

  /** `refusal`: null when the delivery was accepted, or could not be for now. */
  protected abstract answer(status: number, refusal: Refusal | null): void

  /** Answered, or about to be: no more of the body is wanted. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** A promise where something has to be asked before the first `push`. */
  open(method: string): void | Promise<void> {
    const gate = this.#gate
    if (gate === null) return this.#refuse(REFUSALS['unknown-path'])
    const refusal = gate.refusalByHead(method, this.headers)
    if (refusal !== null) return this.#refuse(refusal)
    if (gate.admit === undefined) return this.#begin(gate)
    return gate
      .admit(this.headers)
      .then((objection) => (objection === null ? this.#begin(gate) : this.#refuse(objection)))
  }

  #begin(gate: Gate): void {
    this.#reader = gate.begin(this.headers)
    this.edge.bodies.begin(this)
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return
    this.#length += chunk.byteLength
    if (this.#length > this.#gate!.mostBodyBytes) {
      this.#refuse(REFUSALS['too-large'])
      return
    }
    this.#reader!.update(chunk)
    this.#chunks.push(chunk)
    this.edge.bodies.hold(this, chunk.byteLength)
  }

  end(): void {
    if (this.#isOver) return
    try {
      this.#finish()
    } catch (error) {
      this.#close()
      this.#fail(error)
    }
  }

  #finish(): void {
    const read = this.#reader!.read(() => joined(this.#chunks, this.#length), this.edge.now())
    if (read.outcome === 'refused') {
      this.#refuse(read.refusal, read.headers)
      return
    }
    this.#close()
    this.edge.accept(read.delivery).then(
      (outcome) => this.answer(STATUS[outcome], null),
      (error: unknown) => this.#fail(error),
    )
  }

  breakOff(): void {
    if (!this.#isOver) this.#refuse(REFUSALS['broken-off'])
  }

  expire(): void {
    this.#refuse(REFUSALS['too-slow'])
  }

  giveWay(): void {
    this.#refuse(REFUSALS['too-many-bodies'])
  }

  /** Shopify sends it again. */
  #fail(error: unknown): void {
    this.edge.failed(error)
    this.answer(500, null)
  }

  #refuse(refusal: Refusal, headers = this.headers): void {
    this.#close()
    const final = this.edge.refuse(refusal, headers, this.#address)
    this.answer(final.status, final)
  }

  #close(): void {
    this.#isOver = true
    this.edge.bodies.end(this)
    this.#reader = null
    this.#chunks = []
  }
}

/** Most bodies come as one chunk, which needs no copy. */
function joined(chunks: readonly Uint8Array[], length: number): Buffer {
  const [first] = chunks
  if (first === undefined || chunks.length > 1) return Buffer.concat(chunks, length)
  return Buffer.from(first.buffer, first.byteOffset, first.byteLength)
}
