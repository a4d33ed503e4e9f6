/** Bulk loads, their second half: what bulk-load.server.ts has staged is merged into the copy, batch by batch. */
import type { Pool, PoolClient } from 'pg'
import type { StagedMerge } from '~/sync/bulk-ports'
import type { PullTarget } from '~/sync/ports'
import { inTransaction } from '~/transaction.server'
import { holdShop } from './hold-shop.server'
import { batchStarts, insertStaged, insertStagedChildren, mergeStaged, selectIsEmpty } from './merge-staged-sql'
import { tombstoneGoneChildren } from './mirror-sql'
import { isAlreadyThere } from './sql-state'
import type { StageNames } from './staged-sql'

/** Records of one merge: what a webhook for one of them may have to wait for is well under a second. */
const BATCH = 5_000
/** Merges at the same time: the work is PostgreSQL's, and gains from two of its processes. */
const MERGES_AT_ONCE = 2

/** For a batch to be joined and sorted in memory. */
const MERGE_MEMORY = '64MB'

/**
 * Merges what is staged, in transactions of some thousand records each, so that no lock is held for long. Each batch is
 * safe to repeat: what it wrote is found unchanged.
 *
 * @param observedAt when Shopify began to write the result, on its clock
 * @param onBatch told after each batch how far it is
 */
export async function mergeStage(
  pool: Pool,
  target: PullTarget,
  stage: StageNames,
  observedAt: string,
  onBatch: (merged: StagedMerge) => Promise<void> = async () => undefined,
): Promise<StagedMerge> {
  const { rows } = await pool.query<{ id: string }>(batchStarts(stage), [BATCH])
  const batches = rows.map(({ id: from }, index) => ({ from, to: rows[index + 1]?.id ?? null }))
  const mergeBatch = batchMerge(pool, target, stage, observedAt)
  const total: StagedMerge = { read: 0, written: 0, unchanged: 0, stale: 0 }
  let next = 0
  async function work(): Promise<void> {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const { read, written, unchanged } = await mergeBatch(batch)
      total.read += read
      total.written += written
      total.unchanged += unchanged
      total.stale += read - written - unchanged
      await onBatch(total)
    }
  }
  await Promise.all(Array.from({ length: MERGES_AT_ONCE }, work))
  return total
}

/** Records from an id to before another, or to the end. */
type Batch = { from: string; to: string | null }
type MergedBatch = Omit<StagedMerge, 'stale'>

function batchMerge(
  pool: Pool,
  { resource, shopId, channel, runId }: PullTarget,
  stage: StageNames,
  observedAt: string,
) {
  const merge = mergeStaged(resource, stage)
  const forgets = resource.children.map((child) => tombstoneGoneChildren(resource.table, child))
  const isEmpty = selectIsEmpty(resource.table)
  const insert = insertStaged(resource, stage)
  const inserts = resource.children.map((child) => insertStagedChildren(child, stage))
  const parametersOf = ({ from, to }: Batch) => [shopId, channel, runId, observedAt, from, to]

  function transact<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(pool, async (client) => {
      await holdShop(client, shopId)
      await client.query(`set local work_mem = '${MERGE_MEMORY}'`)
      return work(client)
    })
  }

  const guarded = (batch: Batch) =>
    transact(async (client) => {
      const { rows } = await client.query<MergedBatch & { replaced: string[] }>(merge, parametersOf(batch))
      const { replaced, ...merged } = rows[0]!
      const places = [replaced.map(() => shopId), replaced]
      if (replaced.length > 0) for (const sql of forgets) await client.query(sql, places)
      return merged
    })

  /** Null when the copy has one of the records already. */
  const unguarded = (batch: Batch) =>
    transact<MergedBatch | null>(async (client) => {
      const { rows } = await client.query<{ isEmpty: boolean }>(isEmpty, [shopId, batch.from, batch.to])
      if (!rows[0]!.isEmpty) return null
      const { rowCount } = await client.query(insert, parametersOf(batch))
      for (const sql of inserts) await client.query(sql, parametersOf(batch))
      return { read: rowCount!, written: rowCount!, unchanged: 0 }
    }).catch((error: unknown) => {
      // A webhook or a pull was first.
      if (isAlreadyThere(error)) return null
      throw error
    })

  return async (batch: Batch): Promise<MergedBatch> => (await unguarded(batch)) ?? (await guarded(batch))
}
