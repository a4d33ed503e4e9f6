import type { ShopRow } from '~/db/shops.server'
import { createFormat } from '~/presenters/home/format'
import { isPulledName } from '~/resources/resource'
import { resourceOfTopic } from '~/resources/registry'
import { COMPLIANCE_TOPICS, DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { nextCountAfter } from '~/webhooks/health/count-slots'
import { type Histogram, mergeHistograms, percentilesOf } from '~/webhooks/health/histogram'
import { type Silence, silenceOf } from '~/webhooks/health/silence'
import { type TopicFacts, type WebhookFacts, WINDOWS, type WindowFacts, type WindowName } from './facts'
import { judge } from './verdict'
import type { LatencyFigures, LossFigures, RefusedFigures, TopicHealth, WebhookHealth } from './webhook-health'

export type HealthShop = Pick<ShopRow, 'timezone' | 'installedAt' | 'uninstalledAt' | 'pausedSince' | 'pauseReason'>

/** Turns facts into figures and a verdict. Pure. `countSchedule`: of the count of deliveries, a cron expression. */
export function describeHealth(
  shop: HealthShop,
  facts: WebhookFacts,
  { now, locale, countSchedule = '* * * * *' }: { now: Date; locale: string; countSchedule?: string },
): WebhookHealth {
  const { topics } = facts
  const format = createFormat(locale, shop.timezone, now)
  const withList = topics.filter(({ topic }) => isFindable(topic))
  const health = {
    checkedAt: now.toISOString(),
    figuresAsOf: facts.countedAt?.toISOString() ?? null,
    lastReceivedAt: latest(topics.map(({ lastReceivedAt }) => lastReceivedAt))?.toISOString() ?? null,
    windows: windowsOf(topics, facts.since),
    latencyDay: latencyOf(
      topics.map(({ transit }) => transit),
      topics.map(({ apply }) => apply),
    ),
    lossDay: lossOf(withList),
    pending: total(topics, ({ unapplied }) => unapplied.pending),
    deadLetters: total(topics, ({ unapplied }) => unapplied.dead),
    deadLettersOpen: total(topics, ({ unapplied }) => unapplied.deadOpen),
    deadLettersErased: total(topics, ({ unapplied }) => unapplied.deadErased),
    refused: refusedOf(facts),
    topics: topics.map((topic) => describeTopic(topic, facts, { shop, now, timeZone: format.timezone })),
  }
  const oldestPendingAt = earliest(topics.map(({ unapplied }) => unapplied.oldestPendingAt))
  const nextCount = (counted: Date) => nextCountAfter(counted, countSchedule)
  return { ...health, verdict: judge({ shop, health, oldestPendingAt, nextCountAfter: nextCount, now, format }) }
}

interface Circumstances {
  shop: HealthShop
  now: Date
  timeZone: string
}

function describeTopic(facts: TopicFacts, of: WebhookFacts, circumstances: Circumstances): TopicHealth {
  const { since } = of
  const { topic, lastReceivedAt, windows, transit, apply, unapplied } = facts
  const silence = silenceIn(facts, of, circumstances)
  return {
    topic,
    isDeclared: DECLARED_TOPICS.includes(topic),
    lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
    windows: windowsOf([facts], since),
    latency: latencyOf([transit], [apply]),
    lossDay: isFindable(topic) ? lossOf([facts]) : { lost: 0, rate: null },
    repeatsDay: windows.day.repeats,
    staleDay: windows.day.stale,
    pending: unapplied.pending,
    deadLetters: unapplied.dead,
    deadLettersOpen: unapplied.deadOpen,
    deadLettersErased: unapplied.deadErased,
    silence: { isSilent: silence.isSilent, expectedSinceLast: silence.expected },
  }
}

const unheard: Silence = { isSilent: false, expected: null }

/** Up to the last count: of what came since then nobody knows here. */
function silenceIn(
  { topic, lastReceivedAt, expectedPerHour }: TopicFacts,
  { countedAt }: WebhookFacts,
  { shop, now, timeZone }: Circumstances,
): Silence {
  // While the app was not installed, nothing was to come.
  const since = latest([lastReceivedAt, shop.installedAt])
  if (since === null || countedAt === null || !isOfTheShop(topic)) return unheard
  return silenceOf(expectedPerHour, { since, until: countedAt < now ? countedAt : now, timeZone })
}

/** Lockstep itself causes the one, an installation or a person's request the others: no week of the shop brings them. */
const isOfTheShop = (topic: string) =>
  topic !== 'bulk_operations/finish' && !topic.startsWith('app/') && !COMPLIANCE_TOPICS.includes(topic)

/** Whether a change that is not announced can be found otherwise: Shopify lists the records. */
const isFindable = (topic: string) => isPulledName(resourceOfTopic(topic)?.name ?? '')

const total = (topics: readonly TopicFacts[], figure: (facts: TopicFacts) => number) =>
  topics.reduce((sum, facts) => sum + figure(facts), 0)

function windowsOf(topics: readonly TopicFacts[], since: WebhookFacts['since']): WebhookHealth['windows'] {
  const figures = (name: WindowName) => {
    const of = (figure: keyof WindowFacts) => total(topics, ({ windows }) => windows[name][figure])
    return { since: since[name].toISOString(), received: of('received'), failed: of('failed') }
  }
  const [hour, day, week] = WINDOWS
  return { hour: figures(hour), day: figures(day), week: figures(week) }
}

function refusedOf({ refused: reasons }: WebhookFacts): RefusedFigures {
  const of = (name: WindowName) => reasons.reduce((sum, counts) => sum + counts[name], 0)
  return { hour: of('hour'), day: of('day'), week: of('week'), reasons }
}

const latencyOf = (transit: readonly Histogram[], apply: readonly Histogram[]): LatencyFigures => ({
  transit: percentilesOf(mergeHistograms(transit)),
  apply: percentilesOf(mergeHistograms(apply)),
})

function lossOf(topics: readonly TopicFacts[]): LossFigures {
  const lost = total(topics, ({ windows }) => windows.day.lost)
  const received = total(topics, ({ windows }) => windows.day.received)
  return { lost, rate: lost + received === 0 ? null : lost / (lost + received) }
}

const known = (dates: readonly (Date | null)[]) => dates.filter((date) => date !== null).map((date) => date.getTime())

function latest(dates: readonly (Date | null)[]): Date | null {
  const times = known(dates)
  return times.length === 0 ? null : new Date(Math.max(...times))
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  const times = known(dates)
  return times.length === 0 ? null : new Date(Math.min(...times))
}
