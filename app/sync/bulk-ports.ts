/** What a bulk backfill asks of the world besides the ports of a paged run. */
import { z } from 'zod'
import type { BulkLine } from './bulk-lines'
import type { Books } from './books'
import type { Answer, Instant, Trigger } from './ports'

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

/** A bulk operation that was begun. */
export const bulkOperationSchema = z.object({
  operationId: z.string(),
  /** When it was asked for, on Shopify's clock. The result is at least as new. */
  startedAt: z.string(),
  /** How many records there were that were created before, as Shopify counted then. */
  said: z.number(),
  exact: z.boolean(),
})

export type BulkOperation = z.infer<typeof bulkOperationSchema>

/** One whose result is not in the copy yet, stored with the resource so that any process goes on with it. */
export const bulkCheckpointSchema = z.object({ bulk: bulkOperationSchema.extend({ runId: z.string() }) })

export type BulkCheckpoint = z.infer<typeof bulkCheckpointSchema>['bulk']

export interface StagePort {
  add(lines: readonly BulkLine[]): Promise<void>
  /** Every line has been given. */
  end(): Promise<StagedCounts>
}

export interface StagedCounts {
  records: number
  children: number
  unreadable: number
  /** Records that were created before the operation was asked for. */
  createdBefore: number
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

/** The records of a bulk backfill of one shop and resource; whoever has the run lock has it. */
export interface BulkRunPort {
  isUnderWay(): Promise<boolean>
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
  /** Ids of the copy that the staged result lacks and that were not written since the operation began. */
  vanished(operation: BulkCheckpoint): Promise<string[]>
  /** Sets aside what could not be read, moves the watermark to the operation's start and closes the log as succeeded. */
  complete(operation: BulkCheckpoint, books: Books): Promise<void>
  /** Closes the log as failed. `forget`: the operation is of no more use, and the next run begins another. */
  fail(operation: BulkCheckpoint, reason: string, forget: boolean): Promise<void>
}

export type { Instant }
