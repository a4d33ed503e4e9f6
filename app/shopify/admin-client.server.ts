/** One GraphQL request to one shop's Admin API, patient with throttling and with what passes. */
import type { Instant } from '~/sync/ports'
import { shopifyApi } from '~/shopify.server'
import { createShopifyClock } from './clock'
import { readAnswer } from './read-answer'
import { SourceError } from './source-error'
import { createThrottle, type Throttle } from './throttle'
import { freshSession } from './tokens.server'

export interface AdminAnswer<Data> {
  data: Data
  /** When the request left, on Shopify's clock: what it shows is at least as new. */
  observedAt: Instant
  requestedCost: number | null
}

const MOST_ATTEMPTS = 6
const FIRST_BACKOFF_MS = 500

interface ShopLine {
  clock: ReturnType<typeof createShopifyClock>
  throttle: Throttle
  /** Requested cost of each document when it was last sent. */
  costs: Map<string, number>
}

const lines = new Map<string, ShopLine>()

function lineOf(domain: string): ShopLine {
  let line = lines.get(domain)
  if (line === undefined) {
    line = { clock: createShopifyClock(), throttle: createThrottle(), costs: new Map() }
    lines.set(domain, line)
  }
  return line
}

/** Throws SourceError. `signal` ends waits and the request itself when the process is told to stop. */
export async function requestAdmin<Data>(
  domain: string,
  document: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<AdminAnswer<Data>> {
  const line = lineOf(domain)
  let refused: string | undefined
  for (let attempt = 1; ; attempt += 1) {
    await pause(line.throttle.waitMs(line.costs.get(document) ?? 0, Date.now()), signal)
    const session = await freshSession(domain, refused)
    try {
      return await send<Data>(line, session, document, variables, signal)
    } catch (error) {
      if (signal.aborted) throw new SourceError('retryable', 'The process is stopping.')
      if (!(error instanceof SourceError)) throw error
      const firstRefusal = error.kind === 'needs-reauthorisation' && refused === undefined
      if (firstRefusal) refused = session.accessToken
      else if (error.kind !== 'retryable' || attempt >= MOST_ATTEMPTS) throw error
      else await pause(error.retryAfterMs ?? backoffMs(attempt), signal)
    }
  }
}

/** Doubles each time, with jitter so that many workers do not come back at once. */
const backoffMs = (attempt: number) => FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())

async function send<Data>(
  line: ShopLine,
  session: Awaited<ReturnType<typeof freshSession>>,
  document: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): Promise<AdminAnswer<Data>> {
  // The raw fetch of Shopify's client: its own retries wait milliseconds where Shopify asks for seconds.
  const { client } = new shopifyApi.clients.Graphql({ session })
  const sentMs = Date.now()
  let response: Response
  let text: string
  try {
    response = await client.fetch(document, { variables, signal })
    text = await response.text()
  } catch (cause) {
    throw new SourceError('retryable', 'Shopify could not be reached or broke off its answer.', { cause })
  }
  const receivedMs = Date.now()
  const dateMs = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(dateMs)) line.clock.observe({ sentMs, receivedMs, dateMs })

  const answer = readAnswer(response.status, response.headers.get('retry-after'), text)
  if (answer.throttleStatus) line.throttle.update(answer.throttleStatus, receivedMs)
  if (answer.requestedCost !== null) line.costs.set(document, answer.requestedCost)
  if (answer.error) throw answer.error
  return {
    data: answer.data as Data,
    observedAt: new Date(sentMs + line.clock.offsetMs()).toISOString(),
    requestedCost: answer.requestedCost,
  }
}

/** Resolves after `ms`, or at once when the signal is given. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish)
  })
}
