/** What the page of webhooks shows: texts made on the server, so that browser and server cannot disagree about a clock or locale. */
import type { Moment } from '~/presenters/home/home-page'
import type { Verdict } from './webhook-health'

export interface LatencyLine {
  label: string
  /** A duration, or a dash where nothing was measured. */
  half: string
  most: string
  nearlyAll: string
}

export interface TopicBadge {
  text: string
  tone: 'critical' | 'warning' | 'info'
}

export interface TopicLine {
  topic: string
  /** In a merchant's words: `Orders: changed`. */
  label: string
  lastReceived: Moment | null
  /** Announced since each of the column's times. */
  hour: string
  day: string
  week: string
  /** Of the week's, not applied; null: none. */
  failed: string | null
  /** Half of the day's reached Lockstep within this time after Shopify's trigger. */
  arrival: string
  /** What somebody may have to look at. */
  badges: TopicBadge[]
  /** What is good to know besides, such as repetitions. */
  notes: string[]
}

export interface RefusedLine {
  reason: string
  /** In a merchant's words. */
  text: string
  hour: string
  day: string
  week: string
}

export interface WebhooksPage {
  verdict: Verdict
  /** Headings of the three columns: `Since 21 Nov, 12:00`. */
  columns: { hour: string; day: string; week: string }
  /** Since the beginning of the column `day`; empty where nothing was measured. */
  latencies: LatencyLine[]
  topics: TopicLine[]
  /** Requests in this shop's name that were refused in the last week, by reason. */
  refused: RefusedLine[]
  figuresAsOf: Moment | null
  /** IANA name, or UTC when the shop's is not known. */
  timezone: string
}
