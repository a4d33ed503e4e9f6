import { createFormat, type Format } from '~/presenters/home/format'
import { COMPLIANCE_TOPICS } from '~/webhooks/declared-topics'
import type { HealthShop } from './describe-health'
import { refusalText } from './refusal-words'
import { topicLabel } from './topic-words'
import type { TopicHealth, WebhookHealth, WindowFigures } from './webhook-health'
import type { LatencyLine, RefusedLine, TopicBadge, TopicLine, WebhooksPage } from './webhooks-page'

const DASH = '–'

/** Puts figures into words. Pure. */
export function describePage(
  shop: Pick<HealthShop, 'timezone'>,
  health: WebhookHealth,
  { now, locale }: { now: Date; locale: string },
): WebhooksPage {
  const format = createFormat(locale, shop.timezone, now)
  const { transit, apply } = health.latencyDay
  const { hour, day, week } = health.windows
  return {
    verdict: health.verdict,
    columns: { hour: sinceText(hour, format), day: sinceText(day, format), week: sinceText(week, format) },
    latencies:
      transit.count + apply.count === 0
        ? []
        : [
            latencyLine('From Shopify to Lockstep', transit, format),
            latencyLine('From there into the copy', apply, format),
          ],
    topics: health.topics.map((topic) => topicLine(topic, format)),
    refused: health.refused.reasons.map((counts) => refusedLine(counts, format)),
    figuresAsOf: health.figuresAsOf === null ? null : format.moment(new Date(health.figuresAsOf)),
    timezone: format.timezone,
  }
}

/** Windows begin with a whole hour, so that each is a little longer than it is called. */
const sinceText = ({ since }: WindowFigures, format: Format) => `Since ${format.moment(new Date(since)).text}`

function latencyLine(
  label: string,
  { p50Ms, p95Ms, p99Ms }: TopicHealth['latency']['transit'],
  format: Format,
): LatencyLine {
  const text = (ms: number | null) => (ms === null ? DASH : format.duration(ms))
  return { label, half: text(p50Ms), most: text(p95Ms), nearlyAll: text(p99Ms) }
}

function refusedLine(
  { reason, hour, day, week }: WebhookHealth['refused']['reasons'][number],
  { number }: Format,
): RefusedLine {
  return { reason, text: refusalText(reason), hour: number(hour), day: number(day), week: number(week) }
}

function topicLine(health: TopicHealth, format: Format): TopicLine {
  const { topic, lastReceivedAt, windows, latency } = health
  const { p50Ms } = latency.transit
  return {
    topic,
    label: topicLabel(topic),
    lastReceived: lastReceivedAt === null ? null : format.moment(new Date(lastReceivedAt)),
    hour: format.number(windows.hour.received),
    day: format.number(windows.day.received),
    week: format.number(windows.week.received),
    failed: windows.week.failed === 0 ? null : format.number(windows.week.failed),
    arrival: p50Ms === null ? DASH : format.duration(p50Ms),
    badges: badgesOf(health, format),
    notes: notesOf(health, format),
  }
}

function badgesOf(
  { deadLetters, deadLettersOpen, deadLettersErased, pending, lossDay, silence }: TopicHealth,
  format: Format,
): TopicBadge[] {
  const badges: TopicBadge[] = []
  const replayable = deadLettersOpen - deadLettersErased
  if (replayable > 0) badges.push({ text: `${format.number(replayable)} not applied`, tone: 'critical' })
  if (deadLettersErased > 0) badges.push({ text: `${format.number(deadLettersErased)} never applied`, tone: 'warning' })
  const madeUpFor = deadLetters - deadLettersOpen
  if (madeUpFor > 0) badges.push({ text: `${format.number(madeUpFor)} made up for`, tone: 'info' })
  if (lossDay.lost > 0) badges.push({ text: `${format.number(lossDay.lost)} not announced in time`, tone: 'warning' })
  if (silence.isSilent) badges.push({ text: 'Unusually quiet', tone: 'warning' })
  if (pending > 0) badges.push({ text: `${format.number(pending)} waiting`, tone: 'info' })
  return badges
}

/** A topic that the copy does not need may have been asked for all the same: by a setting, or through the API for this shop. */
const isNeeded = ({ topic, isDeclared }: TopicHealth) => isDeclared || COMPLIANCE_TOPICS.includes(topic)

function notesOf(health: TopicHealth, format: Format): string[] {
  const { repeatsDay, staleDay } = health
  return [
    ...(isNeeded(health) ? [] : ['not one that the copy needs']),
    ...(repeatsDay > 0 ? [`${format.number(repeatsDay)} sent again`] : []),
    ...(staleDay > 0 ? [`${format.number(staleDay)} older than the copy`] : []),
  ]
}
