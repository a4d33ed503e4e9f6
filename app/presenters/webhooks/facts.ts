/** What is known of one shop's webhooks, as PostgreSQL has it. */
import type { Histogram } from '~/webhooks/health/histogram'

/** Of whole hours, the present one included. */
export interface WindowFacts {
  received: number
  /** Given up on, or not applied yet. */
  failed: number
  /** Changes that were found and that no delivery had announced. */
  lost: number
  repeats: number
  stale: number
}

export const WINDOWS = ['hour', 'day', 'week'] as const
export type WindowName = (typeof WINDOWS)[number]

export interface UnappliedFacts {
  pending: number
  oldestPendingAt: Date | null
  dead: number
  /** Of these, the ones that nothing has made up for. */
  deadOpen: number
  /** Of those, the ones whose body has been erased, so that they cannot be replayed. */
  deadErased: number
}

export interface TopicFacts {
  topic: string
  lastReceivedAt: Date | null
  windows: Readonly<Record<WindowName, WindowFacts>>
  /** Of the last day. */
  transit: Histogram
  apply: Histogram
  unapplied: UnappliedFacts
  /** Deliveries by hour of the week in an ordinary week; null where too few weeks are known. */
  expectedPerHour: readonly number[] | null
}

/** Requests that claimed to be from the shop and were refused. */
export interface RefusedFacts {
  /** A code of app/webhooks/edge/refusal.ts. */
  reason: string
  hour: number
  day: number
  week: number
}

export interface WebhookFacts {
  /** Declared topics in their order, then others that came. */
  topics: TopicFacts[]
  /** By reason, the most frequent first; those of the last week. */
  refused: RefusedFacts[]
  /** When deliveries were last counted; null: never. */
  countedAt: Date | null
  /** The beginning of each window: whole hours, so that each is up to an hour longer than its name. */
  since: Readonly<Record<WindowName, Date>>
}
