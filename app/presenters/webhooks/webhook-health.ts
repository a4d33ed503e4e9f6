/** How well webhooks arrive: what the page and the management API say of it. Plain JSON; instants are ISO 8601 in UTC. */
import type { Percentiles } from '~/webhooks/health/histogram'

export type VerdictState =
  | 'healthy'
  | 'waiting-for-first'
  | 'delayed'
  | 'losing'
  | 'silent'
  | 'failing'
  /** Something could not be applied and cannot be replayed any more. */
  | 'incomplete'
  | 'paused'

/** In a merchant's words; times in them are those of the shop. */
export interface Verdict {
  state: VerdictState
  title: string
  /** What led to it, the weightiest first; what else is wrong comes behind. */
  reasons: string[]
  toDo: string | null
}

export interface WindowFigures {
  /** The beginning of a whole hour. */
  since: string
  received: number
  /** Received in this time, and given up on or not applied yet. */
  failed: number
}

export interface LatencyFigures {
  /** From Shopify's trigger until Lockstep had it, retries by Shopify included. */
  transit: Percentiles
  /** From then until it was in the copy. */
  apply: Percentiles
}

export interface LossFigures {
  /** Changes that a pull or a reconciliation found since windows.day.since and that no delivery had announced until then. */
  lost: number
  /** lost / (lost + received), 0 to 1; null where nothing came, or where Shopify has no list to find a loss by. */
  rate: number | null
}

export interface TopicHealth {
  topic: string
  /** In the app's configuration, so that Shopify sends it to every shop. */
  isDeclared: boolean
  lastReceivedAt: string | null
  windows: { hour: WindowFigures; day: WindowFigures; week: WindowFigures }
  /** Since windows.day.since. */
  latency: LatencyFigures
  lossDay: LossFigures
  /** Since then: sent again by Shopify, and applied without effect, because the copy had a newer version. */
  repeatsDay: number
  staleDay: number
  /**
   * Now, however old: what waits, what was given up on, of that what nothing has made up for, and of that what has no body
   * any more, so that it cannot be replayed.
   */
  pending: number
  deadLetters: number
  deadLettersOpen: number
  deadLettersErased: number
  silence: {
    isSilent: boolean
    /** Deliveries that an ordinary week brings from the last one until figuresAsOf; null: too little is known. */
    expectedSinceLast: number | null
  }
}

/** Nobody has proved that these requests had to do with the shop: they only said so. */
export interface RefusedFigures {
  /** In the same windows as `windows`. */
  hour: number
  day: number
  week: number
  reasons: { reason: string; hour: number; day: number; week: number }[]
}

export interface WebhookHealth {
  checkedAt: string
  /** Everything that was received before is counted in the figures; null: nothing has been counted yet. */
  figuresAsOf: string | null
  verdict: Verdict
  /** Over all topics. */
  lastReceivedAt: string | null
  windows: { hour: WindowFigures; day: WindowFigures; week: WindowFigures }
  latencyDay: LatencyFigures
  lossDay: LossFigures
  pending: number
  deadLetters: number
  deadLettersOpen: number
  deadLettersErased: number
  /** Requests in this shop's name that were refused. */
  refused: RefusedFigures
  topics: TopicHealth[]
}
