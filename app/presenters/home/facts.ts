/** What the home page is made of, as PostgreSQL has it. Ids are strings of digits. */
import type { FindingCode } from '~/monitoring/doctor'
import type { Channel, Completeness, ResourceName } from '~/resources/resource'

export interface RunFacts {
  id: string
  resource: string
  mode: string
  trigger: string
  state: 'running' | 'succeeded' | 'failed' | 'interrupted'
  /** What Shopify said there was; null until it has. */
  expected: number | null
  processed: number
  written: number
  skipped: number
  durationMs: number | null
  error: string | null
  startedAt: Date
  /** Where it read what was created in [from, to), and nothing else. */
  created: { from: Date; to: Date } | null
}

export interface ResourceFacts {
  resource: ResourceName
  completeness: Completeness
  /** Deleted ones are not counted. */
  records: number
  /** Of the first child table; null where the resource has none. */
  children: number | null
  watermark: Date | null
  backfilledAt: Date | null
  consecutiveFailures: number
  /** Of those that keep the copy current. */
  newestRun: RunFacts | null
  newestEndedRun: RunFacts | null
  /** The newest one that read a range of dates, whose end says nothing of how current the copy is. */
  newestRange: RunFacts | null
  setAside: { count: number; reason: string } | null
  /** The newest comparison of everything, and how many records were found to differ; each was repaired. */
  proof: { asOf: Date; compared: number; differences: number } | null
}

export interface ChangeFacts {
  resource: ResourceName
  id: string
  name: string | null
  syncedAt: Date
  deletedAt: Date | null
  channel: Channel
  runId: string | null
  /** Of the delivery that brought it. */
  topic: string | null
}

/** Deliveries that are not in the copy, by topic. `dead`: given up on, and no pull has read the record since. */
export interface UnappliedDeliveries {
  topic: string
  state: 'pending' | 'dead'
  count: number
  newestReceivedAt: Date
  error: string | null
}

export interface DeliveryFacts {
  newestApplied: { topic: string; appliedAt: Date } | null
  unapplied: UnappliedDeliveries[]
}

export interface HomeFacts {
  resources: ResourceFacts[]
  /** Newest first. */
  runs: RunFacts[]
  /** Newest first. */
  changes: ChangeFacts[]
  deliveries: DeliveryFacts
  /** Oldest first. */
  findings: { code: FindingCode; detail: { items: string[] }; since: Date }[]
}
