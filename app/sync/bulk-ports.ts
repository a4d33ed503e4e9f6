/** What a bulk backfill asks of the world besides the ports of a paged run. */
import { z } from 'zod'
import type { BulkLine } from './bulk-lines'
import type { Books } from './books'
import type { Answer, Trigger } from './ports'
import type { Mode } from './window'

export interface BulkOperationState {
  status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED' | 'EXPIRED'
  errorCode: string | null
  /** Lines of the result so far, children included. */
  objects: number
  /** Those without parent. */
  rootObjects: number
  /** Null while there is no result, and for a result without a line. */
  url: string | null
}

/** One shop's bulk operations. Throws SourceError. */
export interface BulkSourcePort {
  /** The id of the operation, or null when Shopify runs as many for the shop as it allows. */
  start(query: string): Promise<(Answer & { operationId: string }) | null>
  /** Null when Shopify does not know the operation. */
  state(operationId: string): Promise<BulkOperationState | null>
  /** The result's bytes. Throws SourceError also while they are read; `permanent` when the result is gone. */
  download(url: string): AsyncIterable<Uint8Array>
}

/** A span that nothing more can come into, so that Shopify's counts of it before and after enclose what a result holds. */
const settledSpanSchema = z.object({
  by: z.enum(['updated_at', 'created_at']),
  from: z.string().nullable(),
  to: z.string(),
})

export type SettledSpan = z.infer<typeof settledSpanSchema>

/** A bulk operation that was begun. */
export const bulkOperationSchema = z.object({
  operationId: z.string(),
  /** When it was asked for, on Shopify's clock. The result is at least as new. */
  startedAt: z.string(),
  /** Which of the records Shopify was asked to count. Absent: those that were created before `startedAt`. */
  counted: settledSpanSchema.optional(),
  /** How many of them there were, as Shopify counted then. */
  said: z.number(),
  exact: z.boolean(),
})

export type BulkOperation = z.infer<typeof bulkOperationSchema>

export const countedBy = ({ counted, startedAt }: Pick<BulkOperation, 'counted' | 'startedAt'>): SettledSpan =>
  counted ?? { by: 'created_at', from: null, to: startedAt }

export const modeOf = (operation: BulkOperation): Mode =>
  countedBy(operation).by === 'updated_at' ? 'incremental' : 'backfill'

/** One whose result is not in the copy yet, stored with the resource so that any process goes on with it. */
export const bulkCheckpointSchema = z.object({ bulk: bulkOperationSchema.extend({ runId: z.string() }) })

export type BulkCheckpoint = z.infer<typeof bulkCheckpointSchema>['bulk']

export interface StagePort {
  /** Takes the lines one by one. */
  add(lines: Iterable<BulkLine>): Promise<void>
  /** Every line has been given. */
  end(): Promise<StagedCounts>
}

export interface StagedCounts {
  /** Lines by what they were: a record, a child, neither. */
  records: number
  children: number
  unreadable: number
  /** Records of the span that Shopify was asked to count. */
  counted: number
  /** Ids that have children in the result and no record: at most ten. */
  orphans: string[]
}

export interface StagedMerge {
  read: number
  written: number
  unchanged: number
  /** Older than the copy, or deleted since. */
  stale: number
}

/** The records of a bulk backfill of one shop and resource, or of a range of it; whoever has the run lock has it. */
export interface BulkRunPort {
  /** What the operation that is under way brings, or null. */
  underWay(): Promise<Mode | null>
  /** The operation that is under way, or null. One whose run has ended without it gets a run of its own. */
  current(trigger: Trigger): Promise<BulkCheckpoint | null>
  /** Opens the run's log; remembers the operation. */
  begin(trigger: Trigger, operation: BulkOperation): Promise<BulkCheckpoint>
  /** How far the run is: shown while it goes on. */
  progress(runId: string, read: number): Promise<void>
  /** A place for the result, empty. */
  stage(operation: BulkCheckpoint): Promise<StagePort>
  /** Merges what is staged, some thousand records a transaction; safe to repeat. */
  merge(operation: BulkCheckpoint, onBatch: (merged: StagedMerge) => Promise<void>): Promise<StagedMerge>
  /** Ids of the copy, or of its part that was created in the range, that the staged result lacks and that were not written since the operation began. */
  vanished(operation: BulkCheckpoint): Promise<string[]>
  /**
   * Sets aside what could not be read and closes the log as succeeded. Moves the watermark to the operation's start, but
   * for a range.
   */
  complete(operation: BulkCheckpoint, books: Books): Promise<void>
  /** Closes the log as failed. `forget`: the operation is of no more use, and the next run begins another. */
  fail(operation: BulkCheckpoint, reason: string, forget: boolean): Promise<void>
}
