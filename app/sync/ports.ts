/** What the engine asks of the world. `app/shopify` and `app/db` fulfil it; `app/jobs/handlers.server.ts` binds them. */
import type { CanonicalRecord, Channel, MirroredResource, Resource, SourceNode } from '../resources/resource'
import type { Checkpoint } from './checkpoint'
import type { Span } from './window'

/** ISO 8601 with up to microseconds. */
export type Instant = string

/** A record and when Shopify showed it, on Shopify's clock. */
export interface ObservedRecord {
  record: CanonicalRecord
  observedAt: Instant
  deliveryId: string | null
}

export interface ObservedDeletion {
  id: string
  observedAt: Instant
  deliveryId: string | null
  /** What told us, e.g. the topic `orders/delete`. */
  via: string
}

export interface SetAside {
  /** Numeric id, or the gid when it has none. */
  id: string
  reason: string
  deliveryId: string | null
}

/** Who writes, and to what. */
export interface Writer {
  resource: MirroredResource
  channel: Channel
  runId: string | null
}

/** The same for one shop. */
export interface MergeTarget extends Writer {
  shopId: string
}

/** One whose records come as nodes of the Admin API. */
export interface PullTarget extends MergeTarget {
  resource: Resource
}

/** Ids by what became of them. `stale`: the copy is as new or newer, or the record was deleted since. */
export interface Merged {
  written: string[]
  unchanged: string[]
  stale: string[]
}

export interface ShopRecords {
  shopId: string
  records: readonly ObservedRecord[]
}

/** The copy, inside one transaction. */
export interface CopyPort {
  /** Records of any number of shops, each shop and each of its ids at most once. What became of them, in the order of `shops`. */
  merge(writer: Writer, shops: readonly ShopRecords[]): Promise<Merged[]>
  /** Ids that were tombstoned now. */
  tombstone(target: MergeTarget, deletions: readonly ObservedDeletion[]): Promise<string[]>
  setAside(target: MergeTarget, records: readonly SetAside[]): Promise<void>
}

/** One answer of Shopify. `cost` is in points. */
export interface Answer {
  /** Lower bound of when Shopify answered, on its clock. */
  observedAt: Instant
  requestedCost: number | null
}

export interface SourcePage extends Answer {
  nodes: SourceNode[]
  endCursor: string | null
  hasNextPage: boolean
}

export interface Counted {
  count: number
  exact: boolean
}

export type SourceCount = Answer & Counted

/** A first page, and in the same answer how many records match its filter and how many there are without one. */
export interface SourceOpening extends SourcePage {
  matching: Counted
  all: Counted
}

/** What was asked of Shopify. `points` as Shopify charged them; `waitedMs` for the budget and after failures. */
export interface Usage {
  requests: number
  /** Requests that repeat one which failed. */
  retries: number
  waitedMs: number
  points: number
}

/** One shop's Admin API. Throws SourceError. */
export interface SourcePort {
  /** One request, however large the shop: all that a run with nothing new needs. */
  open(resource: Resource, filter: string | null, first: number): Promise<SourceOpening>
  count(resource: Resource, filter: string | null): Promise<SourceCount>
  /**
   * Nodes come whole: what their nested lists do not hold in the first page has been read too. In the order of `by`;
   * default: of the resource's window.
   */
  page(
    resource: Resource,
    filter: string | null,
    cursor: string | null,
    first: number,
    by?: Span['by'],
  ): Promise<SourcePage>
  /** At most 250 ids. An id that Shopify does not know is missing from the answer. */
  nodes(resource: Resource, ids: readonly string[]): Promise<Answer & { nodes: SourceNode[] }>
  /** Numeric ids of all records there are. */
  ids(resource: Resource): Promise<Answer & { ids: string[] }>
  /** Numeric ids of records whose deletion since then is among the shop's events; none where there are no such events. */
  deletedSince(resource: Resource, since: Instant): Promise<string[]>
}

export interface SyncState {
  watermark: Date | null
  /** Runs in a row that failed. */
  failures: number
  /** Of a run that did not end, or null. */
  checkpoint: Checkpoint | null
}

export const TRIGGERS = ['install', 'schedule', 'manual', 'catch-up'] as const
/** `catch-up`: nothing could be read for a while, and now it can. */
export type Trigger = (typeof TRIGGERS)[number]

export interface Counts {
  inShopify: number
  /** Without those that are too old for Shopify to show them. */
  inCopy: number
  /** Records that were gone from the shop and are tombstoned now. */
  vanished: number
  /** Records that the copy did not have and has now. */
  recovered: number
}

export interface LastPage {
  checkpoint: Checkpoint
  /** What does not balance, or null. */
  imbalance: string | null
}

/** The records of one run of one shop and resource. Whoever has it is the only one who runs it. */
export interface RunPort {
  state(): Promise<SyncState>
  /**
   * Opens the run's log and returns its id; a run that is found open has died and is closed as failed. Without a
   * checkpoint the run failed before it knew its window.
   */
  begin(trigger: Trigger, checkpoint: Checkpoint | null): Promise<string>
  /** What `work` stores, the checkpoint it returns and the progress, in one transaction. Gives the checkpoint back. */
  storePage(runId: string, work: (copy: CopyPort) => Promise<Checkpoint>): Promise<Checkpoint>
  /**
   * Like storePage, for the last page. Books that balance move the watermark to the window's end and close the log as
   * succeeded; others close it as failed and move nothing.
   */
  complete(runId: string, work: (copy: CopyPort) => Promise<LastPage>): Promise<LastPage>
  /** Closes the log as failed. The watermark stays; the checkpoint is kept for the next run only if `resumable`. */
  fail(runId: string, message: string, resumable: boolean): Promise<void>
  /** Closes the log as interrupted, which is no failure; the checkpoint is kept for the next run. */
  interrupt(runId: string): Promise<void>
  /** Ids that are set aside and shall be tried again, at most 250. */
  setAsideIds(): Promise<string[]>
  /** Those of the ids that the copy has, tombstones left out. */
  liveAmong(ids: readonly string[]): Promise<string[]>
  /** How many records the copy has, tombstones left out. */
  liveCount(): Promise<number>
  /** Remembers both counts beside the watermark, and in the run's log what a sweep found. */
  noteCounts(runId: string, counts: Counts): Promise<void>
  /**
   * How the copy differs from what Shopify listed; what was written since `listedAt` is left out. `unseen`: how many
   * are too old for Shopify to show them, so that nothing can be said of them. Of a range: only what was created in it,
   * and what is listed is not missing.
   */
  compareIds(
    ids: readonly string[],
    listedAt: Instant,
  ): Promise<{ vanished: string[]; missing: string[]; unseen: number }>
  /** Remembers in the run's log how many records were gone from the shop and are tombstoned now. */
  noteVanished(runId: string, vanished: number): Promise<void>
  /** Remembers what the run, which has ended, asked of Shopify. */
  noteUsage(runId: string, usage: Usage): Promise<void>
  /** `work` in one transaction, outside of the books. */
  store(work: (copy: CopyPort) => Promise<void>): Promise<void>
}
