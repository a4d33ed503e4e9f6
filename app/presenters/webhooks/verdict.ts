/** Whether webhooks are well, in one sentence with its reasons. Pure: what is known goes in, words come out. */
import type { ShopRow } from '~/db/shops.server'
import type { Format } from '~/presenters/home/format'
import { listed } from '~/presenters/home/wording'
import { topicLabel } from './topic-words'
import type { Verdict, VerdictState, WebhookHealth } from './webhook-health'

/** So late a count may be. One that is later is not made any more. */
const COUNT_LATE_AFTER_MS = 10 * 60_000
/** Longer than an ordinary retry takes; shorter than a merchant waits. */
const SLOW_MS = 60_000
/** Of fewer, a single slow one is one in twenty. */
const FEWEST_TO_CALL_SLOW = 20
const WAITS_LONG_MS = 5 * 60_000
/** Shopify promises no delivery. One in a hundred that is missing is more than its ordinary slips. */
const LOSING_FROM_RATE = 0.01

export interface VerdictFacts {
  shop: Pick<ShopRow, 'installedAt' | 'uninstalledAt' | 'pausedSince' | 'pauseReason'>
  /** Without a verdict yet. */
  health: Omit<WebhookHealth, 'verdict'>
  oldestPendingAt: Date | null
  /** When deliveries are to be counted next that were counted then. */
  nextCountAfter: (counted: Date) => Date
  now: Date
  format: Format
}

interface Opinion {
  state: VerdictState
  title: string
  reason: string
  toDo: string | null
}

/**
 * The first that holds gives the title, and all that hold are told. What is certain goes before what is only likely, and
 * what needs somebody before what mends itself: a shop to which Shopify sends nothing is not losing anything; a change that
 * came and could not be applied is known by name, and stays so until somebody acts; what no delivery announced is known,
 * too, but is in the copy already; of what old figures do not show nothing can be said; a silence may still be chance; a
 * delay is no damage; and what nobody can do anything about hides nothing else. That there has been none yet is
 * news only where none of these explains it, so that a new shop whose changes all go unannounced is losing, not waiting.
 */
const opinions = [paused, failing, losing, uncounted, silent, delayed, incomplete, waitingForFirst] as const

export function judge(facts: VerdictFacts): Verdict {
  const held = opinions.flatMap((opinion) => opinion(facts) ?? [])
  const [first] = held
  if (first === undefined) return healthy(facts)
  return { state: first.state, title: first.title, reasons: held.map(({ reason }) => reason), toDo: first.toDo }
}

function paused({ shop, format }: VerdictFacts): Opinion | null {
  if (shop.uninstalledAt !== null) {
    return {
      state: 'paused',
      title: 'Paused: Lockstep was uninstalled from this shop',
      reason: `Since ${format.moment(shop.uninstalledAt).text} Shopify announces nothing to Lockstep.`,
      toDo: 'Install Lockstep again to go on from where it stopped.',
    }
  }
  if (shop.pausedSince === null) return null
  const since = format.moment(shop.pausedSince).text
  if (shop.pauseReason === 'frozen' || shop.pauseReason === 'locked') {
    return {
      state: 'paused',
      title: `Paused: Shopify has ${shop.pauseReason} this shop`,
      reason: `Since ${since} nothing can be read from Shopify, and little will be announced.`,
      toDo: 'Settle it with Shopify. Lockstep goes on by itself then.',
    }
  }
  return {
    state: 'paused',
    title: 'Paused: Shopify no longer accepts the access that Lockstep was given',
    reason: `Changes are announced all the same. Since ${since} those that have to be read from Shopify wait.`,
    toDo: 'Open Lockstep anew from the Shopify admin.',
  }
}

function failing({ health, format }: VerdictFacts): Opinion | null {
  const count = replayable(health)
  if (count === 0) return null
  const each = eachOf(health.topics, replayable, format)
  return {
    state: 'failing',
    title: `${format.number(count)} ${count === 1 ? 'change' : 'changes'} that Shopify announced could not be applied`,
    reason: `Lockstep has given up on ${listed(each)}.`,
    toDo: 'Replay what was given up on. If it fails again, contact support and name the reason that is given there.',
  }
}

/** Their bodies were kept for days in which they could have been replayed; now there is nothing that anybody can do. */
function incomplete({ health, format }: VerdictFacts): Opinion | null {
  const count = health.deadLettersErased
  if (count === 0) return null
  const each = eachOf(health.topics, ({ deadLettersErased }) => deadLettersErased, format)
  return {
    state: 'incomplete',
    title: `${format.number(count)} ${count === 1 ? 'change' : 'changes'} that Shopify announced can no longer be applied`,
    reason: `Lockstep gave up on ${listed(each)}, and what ${count === 1 ? 'that message' : 'those messages'} said has been erased since. The copy may be behind in this, until Shopify announces or lists the same again.`,
    toDo: 'There is nothing left to replay, and nothing for you to do.',
  }
}

type GivenUpOn = Pick<WebhookHealth, 'deadLettersOpen' | 'deadLettersErased'>

const replayable = ({ deadLettersOpen, deadLettersErased }: GivenUpOn) => deadLettersOpen - deadLettersErased

/** `2 × Orders: changed (orders/updated)`, of the topics that have any. */
function eachOf(
  topics: VerdictFacts['health']['topics'],
  countOf: (health: GivenUpOn) => number,
  format: Format,
): string[] {
  return topics
    .filter((health) => countOf(health) > 0)
    .map((health) => `${format.number(countOf(health))} × ${topicLabel(health.topic)} (${health.topic})`)
}

function losing({ health, format }: VerdictFacts): Opinion | null {
  const { lost, rate } = health.lossDay
  if (lost === 0 || rate === null || rate < LOSING_FROM_RATE) return null
  const it = lost === 1 ? 'it' : 'them'
  const concerned = health.topics.filter((topic) => topic.lossDay.lost > 0)
  const each = concerned.map((topic) => `${format.number(topic.lossDay.lost)} × ${topicLabel(topic.topic)}`)
  return {
    state: 'losing',
    title: `Shopify had not announced ${format.number(lost)} ${lost === 1 ? 'change' : 'changes'} by the time that Lockstep found ${it}`,
    reason: `Since ${daySince(health, format)} Lockstep found ${it} by reading the shop, so that the copy has ${it}, only later: ${listed(each)}. Shopify may have announced ${it} since.`,
    toDo: 'None of these is missing from the copy. If it goes on for a day, contact support: Lockstep may be hard to reach for Shopify.',
  }
}

const daySince = ({ windows }: VerdictFacts['health'], format: Format) =>
  format.moment(new Date(windows.day.since)).text

function silent(facts: VerdictFacts): Opinion | null {
  const { health, format } = facts
  const quiet = health.topics.filter(({ silence }) => silence.isSilent)
  if (quiet.length === 0) return null
  const countedAt = uncountedSince(facts)
  const until = countedAt === null ? '' : ` until ${format.moment(countedAt).text}`
  const each = quiet.map(({ topic, lastReceivedAt, silence }) => {
    const since = lastReceivedAt === null ? until : ` since ${format.moment(new Date(lastReceivedAt)).text}${until}`
    return `${topicLabel(topic)}: none${since}, where about ${format.number(Math.round(silence.expectedSinceLast ?? 0))} are usual`
  })
  return {
    state: 'silent',
    title: `Unusually quiet: ${listed(quiet.map(({ topic }) => topicLabel(topic)))}`,
    reason: `${each.join('. ')}.`,
    toDo: 'If the shop was as busy as ever, contact support. What is not announced is found by the next scheduled run.',
  }
}

/** When the figures ended, if they are old. */
function uncountedSince({ health: { figuresAsOf }, shop, nextCountAfter, now }: VerdictFacts): Date | null {
  const since = figuresAsOf === null ? shop.installedAt : new Date(figuresAsOf)
  if (since === null) return null
  return now.getTime() - nextCountAfter(since).getTime() < COUNT_LATE_AFTER_MS ? null : since
}

function uncounted(facts: VerdictFacts): Opinion | null {
  const since = uncountedSince(facts)
  if (since === null) return null
  const text = facts.format.moment(since).text
  return {
    state: 'delayed',
    title: `These figures are old: nothing has been counted since ${text}`,
    reason: `What was announced since ${text} is not in the figures; it may be in the copy all the same.`,
    toDo: 'Lockstep’s background work has stopped. If this does not change within minutes, contact support.',
  }
}

function delayed({ health, oldestPendingAt, now, format }: VerdictFacts): Opinion | null {
  const { transit, apply } = health.latencyDay
  const causes: string[] = []
  if (oldestPendingAt !== null && now.getTime() - oldestPendingAt.getTime() > WAITS_LONG_MS) {
    const count = format.number(health.pending)
    causes.push(`${count} wait to be applied, the oldest since ${format.moment(oldestPendingAt).text}`)
  }
  if (isSlow(transit)) causes.push(`one in twenty takes ${format.duration(transit.p95Ms ?? 0)} or longer to arrive`)
  if (isSlow(apply)) causes.push(`one in twenty takes ${format.duration(apply.p95Ms ?? 0)} or longer to be applied`)
  if (causes.length === 0) return null
  return {
    state: 'delayed',
    title: 'Changes come late',
    reason: `Of the changes that Shopify announces, ${listed(causes)}.`,
    toDo: isSlow(transit)
      ? 'Shopify tries again when it does not reach Lockstep in time. If it goes on, contact support.'
      : 'Lockstep tries again by itself, less and less often. None of these is lost.',
  }
}

const isSlow = ({ count, p95Ms }: { count: number; p95Ms: number | null }) =>
  count >= FEWEST_TO_CALL_SLOW && p95Ms !== null && p95Ms > SLOW_MS

function waitingForFirst(facts: VerdictFacts): Opinion | null {
  const { health, shop, format } = facts
  if (health.lastReceivedAt !== null || health.lossDay.lost > 0 || uncountedSince(facts) !== null) return null
  const since = shop.installedAt === null ? '' : ` since it was installed, ${format.moment(shop.installedAt).text}`
  return {
    state: 'waiting-for-first',
    title: 'Waiting for the first change',
    reason: `Shopify has announced nothing to Lockstep${since}. That is as it should be as long as nothing changes in the shop.`,
    toDo: 'To see it work, change something, such as the title of a product. It is in the copy within seconds.',
  }
}

function healthy({ health, format }: VerdictFacts): Verdict {
  const { windows, latencyDay, lossDay } = health
  const reasons = [
    windows.day.received === 0
      ? `Nothing has been announced since ${daySince(health, format)}, and nothing that should have been.`
      : `${format.number(windows.day.received)} announced since ${daySince(health, format)}. ${speed(latencyDay, format)}`.trim(),
  ]
  if (lossDay.lost > 0) {
    const { lost } = lossDay
    reasons.push(
      `${format.number(lost)} ${lost === 1 ? 'change' : 'changes'} had not been announced when Lockstep found ${lost === 1 ? 'it' : 'them'} by reading the shop: fewer than one in a hundred.`,
    )
  }
  if (health.deadLetters > 0) {
    reasons.push(
      `${format.number(health.deadLetters)} could not be applied as announced; the copy has learnt the same since by reading the shop.`,
    )
  }
  return { state: 'healthy', title: 'Changes arrive as they should', reasons, toDo: null }
}

/** `Half reach Lockstep within 1.2 s …`: empty where nothing was measured. */
export function speed({ transit, apply }: WebhookHealth['latencyDay'], format: Format): string {
  if (transit.p50Ms === null || transit.p95Ms === null) return ''
  const arrival = `Half of them reach Lockstep within ${format.duration(transit.p50Ms)}, 95 of 100 within ${format.duration(transit.p95Ms)}`
  if (apply.p50Ms === null || apply.p95Ms === null) return `${arrival}.`
  return `${arrival}; they are in the copy ${format.duration(apply.p50Ms)} later, 95 of 100 at most ${format.duration(apply.p95Ms)}.`
}
