/** What the home page shows: texts made on the server, so that browser and server cannot disagree about a clock or locale. */
import type { Completeness, ResourceName } from '~/resources/resource'

/** `iso` for machines, `text` in the shop's time zone and the merchant's locale. */
export interface Moment {
  iso: string
  text: string
}

/** The sentence at the top: how the copy stands, why, and what to do about it. */
export interface Overall {
  state: 'paused' | 'starting' | 'behind' | 'copying' | 'waiting' | 'incomplete' | 'current'
  title: string
  /** Each traced to the run or the delivery that says so. */
  reasons: string[]
  toDo: string | null
  /** Of the first copy, 0 to 100; null when there is none under way or Shopify has not said how much there is. */
  percent: number | null
}

/** `live`: no run reads it, webhooks alone keep it. */
export type ResourceState = 'waiting' | 'copying' | 'syncing' | 'failed' | 'late' | 'current' | 'live'

export interface ResourceFigures {
  resource: ResourceName
  label: string
  state: ResourceState
  stateLabel: string
  records: string
  /** Such as `1,204 variants`; null where the resource has none. */
  children: string | null
  /** How far the copy can be proved, in a word, and what that means. */
  completeness: { grade: Completeness; label: string; meaning: string }
  /** Everything updated before it is stored; null until the first copy is complete, and where no run reads it. */
  dataAsOf: Moment | null
  progress: { percent: number | null; text: string } | null
  lastRun: RunLine | null
  failure: { text: string; toDo: string } | null
  setAside: string | null
  /** What the newest comparison of everything with Shopify found. */
  proof: string | null
  /** The newest ordinary run, to see whether another one has begun or this one has ended. */
  newestRun: { id: string; isGoing: boolean } | null
  /** The newest run of a range of dates. */
  newestRange: RunLine | null
}

/** Days of the shop's calendar, both included: `2026-03-01`. */
export interface Days {
  from: string
  to: string
}

export interface RunLine {
  id: string
  resource: string
  /** What it read, as part of a sentence: `changes`, `created 1 Mar to 31 Mar`. */
  mode: string
  /** When what it read was created, where dates were asked for. */
  created: Days | null
  trigger: string
  outcome: 'running' | 'succeeded' | 'failed' | 'interrupted'
  outcomeLabel: string
  startedAt: Moment
  duration: string | null
  records: string
  error: string | null
}

export interface ChangeLine {
  key: string
  resource: string
  name: string
  isDeleted: boolean
  syncedAt: Moment
  /** How it came: `Live, products/update` or `Run 12`. */
  source: string
}

/** Something that limits the copy, whatever the runs say. */
export interface FindingLine {
  code: string
  title: string
  consequence: string
  cure: string
  since: Moment
}

export interface HomePage {
  overall: Overall
  findings: FindingLine[]
  resources: ResourceFigures[]
  runs: RunLine[]
  changes: ChangeLine[]
  /** IANA name, or UTC when the shop's is not known. */
  timezone: string
  /** The day that it is in the shop. */
  today: string
}
