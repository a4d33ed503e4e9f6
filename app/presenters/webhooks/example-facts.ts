/** Facts of a shop's webhooks for tests, valid by default: they arrive as they should. */
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { BUCKET_STARTS_MS, type Histogram } from '~/webhooks/health/histogram'
import type { HealthShop } from './describe-health'
import type { TopicFacts, WebhookFacts, WindowFacts } from './facts'

/** 12:00 in Berlin, on a day without a change of clocks. */
export const noon = new Date('2026-11-22T11:00:00Z')

export const minutesBefore = (minutes: number, now = noon) => new Date(now.getTime() - minutes * 60_000)

export const healthShop = (given: Partial<HealthShop> = {}): HealthShop => ({
  timezone: 'Europe/Berlin',
  installedAt: minutesBefore(60 * 24 * 100),
  uninstalledAt: null,
  pausedSince: null,
  pauseReason: null,
  ...given,
})

/** So many that took about so long. */
export function allWithin(count: number, ms: number): Histogram {
  const bucket = BUCKET_STARTS_MS.filter((startMs) => ms >= startMs).length
  return [...new Array<number>(bucket).fill(0), count]
}

export const windowFacts = (given: Partial<WindowFacts> = {}): WindowFacts => ({
  ...{ received: 0, failed: 0, lost: 0, repeats: 0, stale: 0 },
  ...given,
})

export interface TopicExample extends Partial<Omit<TopicFacts, 'unapplied' | 'windows'>> {
  unapplied?: Partial<TopicFacts['unapplied']>
  /** Of the last day, and so of the week. */
  day?: Partial<WindowFacts>
}

export function topicFacts({ unapplied, day, ...given }: TopicExample = {}): TopicFacts {
  const figures = windowFacts({ received: 100, ...day })
  return {
    topic: 'orders/updated',
    lastReceivedAt: minutesBefore(2),
    windows: {
      hour: windowFacts({ received: Math.round(figures.received / 12) }),
      day: figures,
      week: { ...figures, received: figures.received * 7 },
    },
    transit: allWithin(100, 1_100),
    apply: allWithin(100, 12),
    unapplied: { pending: 0, oldestPendingAt: null, dead: 0, deadOpen: 0, deadErased: 0, ...unapplied },
    expectedPerHour: null,
    ...given,
  }
}

/** A topic of which nothing ever came. */
export const unheardFacts = (given: TopicExample = {}) =>
  topicFacts({
    ...{ lastReceivedAt: null, transit: [], apply: [], day: { received: 0 } },
    ...given,
  })

/** The given topics, and the other declared ones unheard of. */
export function webhookFacts(
  topics: readonly TopicFacts[] = [topicFacts()],
  given: Partial<WebhookFacts> = {},
): WebhookFacts {
  const others = DECLARED_TOPICS.filter((declared) => !topics.some(({ topic }) => topic === declared))
  return {
    topics: [...topics, ...others.map((topic) => unheardFacts({ topic }))],
    refused: [],
    countedAt: minutesBefore(1),
    since: { hour: minutesBefore(60), day: minutesBefore(24 * 60), week: minutesBefore(7 * 24 * 60) },
    ...given,
  }
}
