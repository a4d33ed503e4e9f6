/** One GraphQL request to one shop's Admin API, within the shop's budget and patient with what passes. */
import { setTimeout } from 'node:timers/promises'
import { env } from '~/env.server'
import type { Instant } from '~/sync/ports'
import { shopifyApi } from '~/shopify.server'
import { noteFinding } from '~/monitoring/findings.server'
import { apiVersion } from './api-version'
import { createShopifyClock } from './clock'
import { createMeter, type Meter } from './meter'
import { createQueryPrices } from './query-prices'
import { readAnswer } from './read-answer'
import { pauseShop } from './shop-pause.server'
import { reservePoints, settlePoints } from './shop-budget.server'
import { SourceError } from './source-error'
import { endToken, freshSession } from './tokens.server'
import { namedAfter } from './withheld'

export interface AdminAnswer<Data> {
  data: Data
  /** When the request left, on Shopify's clock: what it shows is at least as new. */
  observedAt: Instant
  requestedCost: number | null
}

export interface RequestOptions {
  /** On whose account the request goes. */
  meter?: Meter
  /** Somebody waits for the answer at a page: it may use the share of the budget that is kept free for this. */
  isInteractive?: boolean
}

const MOST_ATTEMPTS = 6
const FIRST_BACKOFF_MS = 500

const prices = createQueryPrices()
const clocks = new Map<string, ReturnType<typeof createShopifyClock>>()

function clockOf(domain: string) {
  const clock = clocks.get(domain) ?? createShopifyClock()
  clocks.set(domain, clock)
  return clock
}

interface Request {
  domain: string
  document: string
  variables: Record<string, unknown>
  signal: AbortSignal
  meter: Meter
  /** The part of the bucket that must remain, 0 to 1. */
  keptFree: number
}

/** Throws SourceError. `signal` ends waits and the request itself when the process is told to stop. */
export async function requestAdmin<Data>(
  domain: string,
  document: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
  { meter = createMeter(), isInteractive = false }: RequestOptions = {},
): Promise<AdminAnswer<Data>> {
  const keptFree = isInteractive ? 0 : env.BUDGET_KEPT_FREE_PERCENT / 100
  try {
    return await insist<Data>({ domain, document, variables, signal, meter, keptFree })
  } catch (error) {
    if (error instanceof SourceError && error.pause !== null) await pauseShop(domain, error.pause)
    throw error
  }
}

/** Until there is an answer, or no use in asking again. */
async function insist<Data>(request: Request): Promise<AdminAnswer<Data>> {
  const { domain, signal, meter } = request
  let refused: string | undefined
  for (let attempt = 1; ; attempt += 1) {
    const session = await freshSession(domain, refused)
    const reservation = await reserve(request)
    try {
      if (attempt > 1) meter.retries += 1
      return await send<Data>(request, session, reservation)
    } catch (error) {
      if (signal.aborted) throw new SourceError('retryable', 'The process is stopping.')
      if (!(error instanceof SourceError)) throw error
      if (error.kind === 'needs-reauthorisation') {
        // A refreshed token that is refused as well can only be replaced by the merchant's opening the app.
        if (refused !== undefined) {
          await endToken(session)
          throw error
        }
        refused = session.accessToken
      } else if (error.kind !== 'retryable' || attempt >= MOST_ATTEMPTS) throw error
      else await wait(error.retryAfterMs ?? backoffMs(attempt), request)
    }
  }
}

/** Doubles each time, with jitter so that many workers do not come back at once. */
const backoffMs = (attempt: number) => FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())

/** Waits until the shop's budget has what the query will cost. Null: nobody knows of a budget yet. */
async function reserve(request: Request): Promise<string | null> {
  const { domain, document, variables, signal, keptFree } = request
  for (;;) {
    if (signal.aborted) throw new SourceError('retryable', 'The process is stopping.')
    const reservation = await reservePoints(domain, { ...prices.expect(document, variables), keptFree })
    switch (reservation.outcome) {
      case 'reserved':
        return reservation.id
      case 'unknown':
        return null
      case 'too-dear':
        throw new SourceError('too-dear', 'The query costs more than the shop has points.')
      case 'wait':
        await wait(reservation.ms, request)
    }
  }
}

async function send<Data>(
  { domain, document, variables, signal, meter }: Request,
  session: Awaited<ReturnType<typeof freshSession>>,
  reservation: string | null,
): Promise<AdminAnswer<Data>> {
  // The raw fetch of Shopify's client: its own retries wait milliseconds where Shopify asks for seconds.
  const { client } = new shopifyApi.clients.Graphql({ session })
  const clock = clockOf(domain)
  const sentMs = Date.now()
  const price = prices.expect(document, variables).points
  let response: Response
  let text: string
  meter.requests += 1
  try {
    response = await client.fetch(document, { variables, signal })
    text = await response.text()
  } catch (cause) {
    await settlePoints(domain, reservation, { status: null, charged: price })
    throw new SourceError('retryable', 'Shopify could not be reached or broke off its answer.', { cause })
  }
  const dateMs = Date.parse(response.headers.get('date') ?? '')
  if (!Number.isNaN(dateMs)) clock.observe({ sentMs, receivedMs: Date.now(), dateMs })

  const answer = readAnswer(response.status, response.headers.get('retry-after'), text)
  await settlePoints(domain, reservation, { status: answer.throttleStatus, charged: answer.actualCost ?? price })
  if (answer.requestedCost !== null) prices.learn(document, variables, answer.requestedCost)
  meter.points += answer.actualCost ?? 0
  if (answer.error) throw answer.error
  const served = response.headers.get('x-shopify-api-version')
  const asked: string = apiVersion
  if (served !== null && served !== asked) {
    await noteFinding(domain, { code: 'api-version-fall-forward', detail: { items: [asked, served] } })
  }
  if (answer.withheld.length > 0) {
    await noteFinding(domain, { code: 'withheld-fields', detail: { items: namedAfter(document, answer.withheld) } })
  }
  return {
    data: answer.data as Data,
    observedAt: new Date(sentMs + clock.offsetMs()).toISOString(),
    requestedCost: answer.requestedCost,
  }
}

async function wait(ms: number, { meter, signal }: Request): Promise<void> {
  const startedMs = performance.now()
  await pause(ms, signal)
  meter.waitedMs += Math.round(performance.now() - startedMs)
}

/** Resolves after `ms`, or at once when the signal is given. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await setTimeout(ms, undefined, { signal }).catch(() => undefined)
}
