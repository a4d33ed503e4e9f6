import { isOurs, plan } from '~/webhooks/subscriptions/plan'
import { declaredTopics, wantedSubscriptions, type WantedSettings } from '~/webhooks/subscriptions/wanted'
import type { Format } from '../home/format'
import type { DataRequestLine, KeyLine, RequestPages, SubscriptionsPart } from './settings-page'

export interface KeyFacts {
  id: string
  name: string
  prefix: string
  createdAt: Date
  lastUsedAt: Date | null
}

export type SubscriptionFacts =
  | { outcome: 'read'; subscriptions: readonly { id: string; topic: string; uri: string }[] }
  | { outcome: 'unreadable'; reason: string }

const EXPLANATIONS: Readonly<Record<WantedSettings['mode'], string>> = {
  declared:
    'Shopify tells Lockstep what changes in your shop by subscriptions that belong to the app itself (shopify.app.toml) and are the same for every shop. There is nothing to set up.',
  shop: 'Shopify tells Lockstep what changes in your shop by subscriptions that are made for this shop alone.',
}

export const describeKey = ({ id, name, prefix, createdAt, lastUsedAt }: KeyFacts, format: Format): KeyLine => ({
  id,
  name,
  beginning: `${prefix}…`,
  createdAt: format.moment(createdAt),
  lastUsedAt: lastUsedAt && format.moment(lastUsedAt),
})

export interface DataRequestFacts {
  id: string
  /** Numeric; null: no customer record. */
  customerId: string | null
  name: string | null
  requestedAt: Date
  readyAt: Date | null
  error: string | null
}

const DAY_MS = 86_400_000

export function describeDataRequest(
  { id, customerId, name, requestedAt, readyAt, error }: DataRequestFacts,
  keepDays: number,
  format: Format,
): DataRequestLine {
  const numbered = customerId === null ? 'Somebody without a customer record' : `Customer ${customerId}`
  return {
    id,
    customer: name ?? numbered,
    requestedAt: format.moment(requestedAt),
    state: readyAt !== null ? 'ready' : error === null ? 'preparing' : 'failing',
    keptUntil: format.moment(new Date(requestedAt.getTime() + keepDays * DAY_MS)),
  }
}

/** `shown`: how many requests are on this page, of `total` on all, of which each has `size` at most. */
export function describeRequestPages(
  { page, size, shown, total }: { page: number; size: number; shown: number; total: number },
  format: Format,
): RequestPages | null {
  if (shown === total) return null
  const before = (page - 1) * size
  const span = shown === 0 ? 'None' : `${format.number(before + 1)}–${format.number(before + shown)}`
  return {
    page,
    text: `${span} of ${format.number(total)}`,
    hasNewer: page > 1,
    hasOlder: before + shown < total && shown > 0,
  }
}

/** `settings`: of the process. */
export function describeSubscriptions(facts: SubscriptionFacts, settings: WantedSettings): SubscriptionsPart {
  const explanation = EXPLANATIONS[settings.mode]
  const empty = { explanation, standing: null, lines: [], canRegister: false, canRemove: false, failure: null }
  if (facts.outcome === 'unreadable') return { ...empty, failure: facts.reason }
  const lines = facts.subscriptions.map(({ id, topic, uri }) => ({ id, topic, uri, isManaged: isOurs(uri) }))
  const wanted = wantedSubscriptions(settings)
  const plans = plan({
    wanted,
    existing: facts.subscriptions,
    action: 'register',
    declared: declaredTopics(settings.mode),
  })
  const changes = plans.filter(({ outcome }) => outcome !== 'unchanged')
  return {
    ...empty,
    standing: standingOf(wanted.length, changes),
    lines,
    canRegister: changes.length > 0,
    canRemove: lines.some(({ isManaged }) => isManaged),
  }
}

function standingOf(
  wanted: number,
  changes: readonly { outcome: string; topic: string }[],
): SubscriptionsPart['standing'] {
  const topicsOf = (outcome: string) => changes.filter((change) => change.outcome === outcome).map(({ topic }) => topic)
  const missing = topicsOf('created')
  if (missing.length > 0) {
    const text = `Missing: ${missing.join(', ')}. Until they are registered, such changes come with the next scheduled sync.`
    return { text, isFailure: true }
  }
  const moved = topicsOf('updated')
  if (moved.length > 0) {
    return { text: `Registered twice, or for another address of the app: ${moved.join(', ')}.`, isFailure: true }
  }
  const doubled = topicsOf('deleted')
  if (doubled.length > 0) {
    return { text: `Announced twice, by the app and by this shop: ${doubled.join(', ')}.`, isFailure: true }
  }
  return wanted === 0 ? null : { text: 'Everything that should be subscribed to is.', isFailure: false }
}
