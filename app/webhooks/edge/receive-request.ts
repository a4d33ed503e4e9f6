/** Receives what Remix hands to a route: `shopify app dev`, tests, and wherever the app is mounted in another server. */
import type { Gate } from './gate'
import { type Edge, Reception } from './reception'
import type { Refusal } from './refusal'

class RequestReception extends Reception {
  readonly response: Promise<Response>
  #respond!: (response: Response) => void
  /** The connection can carry another request. */
  isBodyRead = false

  constructor(edge: Edge, request: Request, gate: Gate | null) {
    // Remix does not say who sent it.
    super(edge, Object.fromEntries(request.headers), null, gate)
    this.response = new Promise((resolve) => (this.#respond = resolve))
  }

  protected answer(status: number, refusal: Refusal | null): void {
    const response = new Response(refusal?.text ?? null, { status, ...(refusal && { headers: refusal.headers }) })
    if (!this.isBodyRead) response.headers.set('Connection', 'close')
    this.#respond(response)
  }
}

/** `gate`: null where nothing is taken. */
export function receiveRequest(edge: Edge, request: Request, gate: Gate | null = edge.signed): Promise<Response> {
  const reception = new RequestReception(edge, request, gate)
  reception.isBodyRead = request.body === null
  const opening = reception.open(request.method)
  const readBody = () => {
    if (!reception.isOver) void read(request.body, reception)
  }
  if (opening === undefined) readBody()
  else void opening.then(readBody)
  return reception.response
}

async function read(body: Request['body'], reception: RequestReception): Promise<void> {
  const reader = body?.getReader()
  try {
    while (reader !== undefined && !reception.isOver) {
      const { done, value } = await reader.read()
      if (done) break
      reception.push(value)
    }
  } catch {
    reception.breakOff()
    return
  } finally {
    // Not cancelled: that would end the connection before the answer is on it.
    reader?.releaseLock()
  }
  reception.isBodyRead = true
  reception.end()
}
