/** Receives what node:http hands out. Express and Remix, which cost several times as much as the work, do not see it. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { PUBSUB_PATH, WEBHOOK_PATHS } from '../topic-paths'
import type { Gate } from './gate'
import { type Edge, Reception } from './reception'
import type { Refusal } from './refusal'

const PREFIX = '/webhooks/'

/** What is left of a body is read and thrown away up to here: a new connection would cost both sides more. */
const CHEAP_REST_BYTES = 64_000
/** Of a longer one so much, and for so long, until the sender has seen the answer: a connection that is cut at once may lose it. */
const LINGER_BYTES = 256_000
const LINGER_MS = 1_000

/** After these the connection ends: whoever sends so slowly is not waited for, and who cannot be checked now sends again. */
const GIVEN_UP_ON: ReadonlySet<number> = new Set([408, 503])

const EMPTY = { 'Content-Length': '0' }

export interface WebhookListener {
  /** For the server's `request`: all that is not below /webhooks/ goes on to the app. */
  request: RequestListener
  /** For its `checkContinue`: a body is asked for only where it is wanted. */
  checkContinue: RequestListener
  /** From now on every answer ends its connection. */
  drain(): void
}

export function createWebhookListener(edge: Edge, app: RequestListener): WebhookListener {
  const shared: Shared = { edge, isDraining: false }

  function handle(request: IncomingMessage, response: ServerResponse, isBodyHeldBack: boolean): void {
    if (shared.isDraining) response.shouldKeepAlive = false
    if (request.url?.startsWith(PREFIX)) {
      new NodeReception(shared, request, response, isBodyHeldBack).start()
      return
    }
    if (isBodyHeldBack) response.writeContinue()
    app(request, response)
  }

  return {
    request: (request, response) => handle(request, response, false),
    checkContinue: (request, response) => handle(request, response, true),
    drain() {
      shared.isDraining = true
    },
  }
}

interface Shared {
  edge: Edge
  isDraining: boolean
}

const RECEPTION = Symbol('reception')
type Received = IncomingMessage & { [RECEPTION]: NodeReception }

/** The same three functions for all requests. */
function onData(this: Received, chunk: Buffer): void {
  this[RECEPTION].take(chunk)
}
function onEnd(this: Received): void {
  this[RECEPTION].finish()
}
function onClose(this: Received): void {
  this[RECEPTION].closed()
}

class NodeReception extends Reception {
  readonly #shared: Shared
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  #isBodyHeldBack: boolean
  #readBytes = 0
  #lingerUntilBytes = 0
  #lingering: NodeJS.Timeout | null = null

  constructor(shared: Shared, request: IncomingMessage, response: ServerResponse, isBodyHeldBack: boolean) {
    super(shared.edge, request.headers, request.socket.remoteAddress ?? null, gateAt(shared.edge, request.url ?? ''))
    this.#shared = shared
    this.#request = request
    this.#response = response
    this.#isBodyHeldBack = isBodyHeldBack
  }

  start(): void {
    const opening = this.open(this.#request.method ?? '')
    if (opening === undefined) this.#readBody()
    else void opening.then(() => this.#readBody())
  }

  #readBody(): void {
    const request = this.#request
    if (this.isOver && this.#lingering === null) return
    if (request.destroyed) {
      // The sender has left while something was asked about it.
      this.closed()
      return
    }
    if (this.#isBodyHeldBack) this.#response.writeContinue()
    this.#isBodyHeldBack = false
    ;(request as Received)[RECEPTION] = this
    request.on('data', onData).on('end', onEnd).on('close', onClose)
  }

  take(chunk: Buffer): void {
    this.#readBytes += chunk.byteLength
    if (this.#lingering === null) this.push(chunk)
    else if (this.#readBytes > this.#lingerUntilBytes) this.#stopLingering()
  }

  finish(): void {
    if (this.#lingering === null) this.end()
    else this.#stopLingering()
  }

  /** After the end of a body, too. */
  closed(): void {
    if (this.#lingering !== null) this.#stopLingering()
    else this.breakOff()
  }

  protected answer(status: number, refusal: Refusal | null): void {
    const response = this.#response
    // The sender has gone.
    if (response.destroyed) return
    if (this.#shared.isDraining) response.shouldKeepAlive = false
    if (refusal === null) {
      response.writeHead(status, EMPTY).end()
      return
    }
    const isRestWanted = this.#rest() <= CHEAP_REST_BYTES && !this.#isBodyHeldBack && !GIVEN_UP_ON.has(status)
    if (!isRestWanted) response.shouldKeepAlive = false
    response.writeHead(status, refusal.headers)
    if (isRestWanted || this.#isBodyHeldBack) response.end(refusal.text)
    else this.#linger(refusal.text)
  }

  /** Bytes of the body that are still to come; Infinity where it does not say. */
  #rest(): number {
    const { headers, complete } = this.#request
    if (complete) return 0
    if (headers['transfer-encoding'] !== undefined) return Infinity
    return Number(headers['content-length'] ?? 0) - this.#readBytes
  }

  /** The answer is whole and on its way; only then is the rest of the body looked at, and thrown away. */
  #linger(text: string): void {
    this.#response.write(text)
    this.#lingerUntilBytes = this.#readBytes + LINGER_BYTES
    this.#lingering = setTimeout(() => this.#stopLingering(), LINGER_MS)
  }

  #stopLingering(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering)
    this.#lingering = null
    // Node.js closes the connection behind the answer, and reads no more of it.
    this.#response.end()
  }
}

function gateAt(edge: Edge, url: string): Gate | null {
  const path = pathOf(url)
  if (path === PUBSUB_PATH) return edge.pubsub
  return WEBHOOK_PATHS.has(path) ? edge.signed : null
}

/** Without a query, and without the slash that Remix ignores at the end, too. */
function pathOf(url: string): string {
  const queryAt = url.indexOf('?')
  const path = queryAt < 0 ? url : url.slice(0, queryAt)
  return path.endsWith('/') ? path.slice(0, -1) : path
}
