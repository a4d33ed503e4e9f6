/** The webhook subscriptions of one shop: what there is, and how it is brought to what should be. */
import { setTimeout } from 'node:timers/promises'
import { withSessionLock } from '~/db/session-lock.server'
import type { ShopRow } from '~/db/shops.server'
import { heldConnections, isOutOfConnections, pool } from '~/db.server'
import { log } from '~/log.server'
import { sayWhy } from '~/shopify/say-why'
import { SourceError } from '~/shopify/source-error'
import { type ShopSubscription, subscriptionsOf, type SubscriptionsPort } from '~/shopify/webhook-subscriptions.server'
import { createSlots } from '~/slots'
import { carryOut, type TopicResult } from './carry-out'
import { plan, type SubscriptionAction } from './plan'
import { subscriptionSettings } from './settings.server'
import { declaredTopics, wantedSubscriptions, type WantedSettings } from './wanted'

/** Shopify cannot be read. `retry`: the same may succeed in a moment; else somebody has to act. */
export interface Unreadable {
  outcome: 'unreadable'
  retry: boolean
  reason: string
}

export type ReadOutcome = { outcome: 'read'; subscriptions: ShopSubscription[] } | Unreadable

export type ManageOutcome =
  | { outcome: 'done'; results: TopicResult[] }
  /** Another process is at it, or this one at those of other shops, for longer than was waited. */
  | { outcome: 'busy' }
  | Unreadable

export interface ManageRequest {
  action: SubscriptionAction
  /** Beside those of the settings; for `unregister` the only ones. */
  topics?: readonly string[]
}

export interface ManageOptions {
  /** Ends waits and requests; what was not done by then has failed. */
  signal: AbortSignal
  /** Somebody waits for the answer. */
  isInteractive?: boolean
  settings?: WantedSettings
  /** How long others are waited for. */
  patienceMs?: number
}

const PATIENCE_MS = 10_000
const LOOK_AGAIN_MS = 100

/** The lock is held on a connection for as long as Shopify takes, and its holder needs others meanwhile. */
const slots = createSlots(heldConnections)

type ShopId = Pick<ShopRow, 'id' | 'domain'>

/** What Shopify lists, which is what was made through the API for this shop. */
export async function readSubscriptions(
  { domain }: ShopId,
  { signal, isInteractive = false }: Pick<ManageOptions, 'signal' | 'isInteractive'>,
): Promise<ReadOutcome> {
  return listOf(subscriptionsOf(domain, signal, { isInteractive }))
}

/**
 * Brings the shop's subscriptions to what should be. One at a time per shop, over all processes: each looks at what there is
 * and adds what is missing, so that two at once would add it twice.
 */
export async function manageSubscriptions(
  shop: ShopId,
  request: ManageRequest,
  options: ManageOptions,
): Promise<ManageOutcome> {
  const { signal, isInteractive = false, patienceMs = PATIENCE_MS } = options
  const deadlineMs = performance.now() + patienceMs
  const port = subscriptionsOf(shop.domain, signal, { isInteractive })
  for (;;) {
    const outcome = await ifNobodyElse(shop, () => bringToOrder(request, port, options))
    if (outcome !== null) {
      report(shop, request, outcome)
      return outcome
    }
    if (signal.aborted || performance.now() > deadlineMs) return { outcome: 'busy' }
    await setTimeout(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Null when another is at it, or there is no connection for it just now: whoever comes again finds what was done by then. */
async function ifNobodyElse({ id }: ShopId, work: () => Promise<ManageOutcome>): Promise<ManageOutcome | null> {
  try {
    return await slots.ifFree(() => withSessionLock(pool, `lockstep subscriptions ${id}`, work))
  } catch (error) {
    if (isOutOfConnections(error)) return null
    throw error
  }
}

async function bringToOrder(
  { action, topics = [] }: ManageRequest,
  port: SubscriptionsPort,
  { signal, settings = subscriptionSettings }: ManageOptions,
): Promise<ManageOutcome> {
  const existing = await listOf(port)
  if (existing.outcome === 'unreadable') return existing
  const plans = plan({
    wanted: wantedSubscriptions(settings, topics),
    existing: existing.subscriptions,
    action,
    declared: declaredTopics(settings.mode),
    named: topics,
  })
  return { outcome: 'done', results: await carryOut(plans, port, signal) }
}

async function listOf(port: SubscriptionsPort): Promise<ReadOutcome> {
  try {
    return { outcome: 'read', subscriptions: await port.list() }
  } catch (error) {
    const reason = sayWhy(error)
    return { outcome: 'unreadable', retry: error instanceof SourceError && error.kind === 'retryable', reason }
  }
}

function report({ domain }: ShopId, { action }: ManageRequest, outcome: ManageOutcome): void {
  if (outcome.outcome !== 'done') return log.warn({ shop: domain, action, ...outcome }, 'no subscription was changed')
  const changed = outcome.results.filter((result) => result.outcome !== 'unchanged')
  const level = changed.some((result) => result.outcome === 'failed') ? 'warn' : 'info'
  if (changed.length > 0) log[level]({ shop: domain, action, results: changed }, 'webhook subscriptions')
}
