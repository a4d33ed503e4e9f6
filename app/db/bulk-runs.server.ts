/** The bulk backfill of one shop and resource in the database, for whoever holds the resource's run lock. */
import type { Pool, PoolClient } from 'pg'
import type { Resource } from '~/resources/resource'
import { type Books, readIn, skippedIn } from '~/sync/books'
import { type BulkCheckpoint, bulkCheckpointSchema, type BulkOperation, type BulkRunPort } from '~/sync/bulk-ports'
import type { PullTarget, Trigger } from '~/sync/ports'
import { transactUntilDone } from '~/transaction.server'
import { copyPort } from './copy.server'
import { mergeStage, openStagePort } from './bulk-load.server'
import { holdShop } from './hold-shop.server'
import { selectVanished } from './mirror-sql'
import { closeDeadRuns, closeLog } from './run-log.server'
import { dropStage, selectUnreadable, stageNames } from './staged-sql'

const stageOf = ({ runId }: BulkCheckpoint) => stageNames(`bulk_${runId}`)

export function bulkRunPort(pool: Pool, client: PoolClient, shopId: string, resource: Resource): BulkRunPort {
  const key = [shopId, resource.name]
  const targetOf = ({ runId }: BulkCheckpoint): PullTarget => ({ shopId, resource, channel: 'bulk', runId })
  const transact = <T>(work: () => Promise<T>) =>
    transactUntilDone(client, async () => {
      await holdShop(client, shopId)
      return work()
    })

  async function open(trigger: Trigger, operation: BulkOperation): Promise<BulkCheckpoint> {
    await closeDeadRuns(client, key)
    const { rows } = await client.query<{ id: string }>(
      `insert into sync_logs (shop_id, sync_type, mode, trigger, window_to, records_expected)
       values ($1, $2, 'backfill', $3, $4, $5) returning id`,
      [...key, trigger, operation.startedAt, operation.said],
    )
    const begun = { ...operation, runId: rows[0]!.id }
    await client.query(
      `insert into sync_states (shop_id, resource, checkpoint) values ($1, $2, $3)
       on conflict (shop_id, resource) do update set checkpoint = excluded.checkpoint, updated_at = now()`,
      [...key, JSON.stringify({ bulk: begun })],
    )
    return begun
  }

  async function find(): Promise<BulkCheckpoint | null> {
    const { rows } = await client.query<{ checkpoint: unknown }>(
      'select checkpoint from sync_states where shop_id = $1 and resource = $2',
      key,
    )
    return bulkCheckpointSchema.safeParse(rows[0]?.checkpoint ?? null).data?.bulk ?? null
  }

  return {
    isUnderWay: async () => (await find()) !== null,

    async current(trigger) {
      const found = await find()
      if (found === null) return null
      const { rowCount } = await client.query(
        `select from sync_logs where shop_id = $1 and id = $2 and state = 'running'`,
        [shopId, found.runId],
      )
      return rowCount === 1 ? found : transact(() => open(trigger, found))
    },

    begin: (trigger, operation) => transact(() => open(trigger, operation)),

    async progress(runId, read) {
      await client.query('update sync_logs set records_processed = $3 where shop_id = $1 and id = $2', [
        shopId,
        runId,
        read,
      ])
    },

    stage: (operation) => openStagePort(client, resource, stageOf(operation), operation.startedAt),
    merge: (operation, onBatch) =>
      mergeStage(pool, targetOf(operation), stageOf(operation), operation.startedAt, onBatch),

    async vanished(operation) {
      const { rows } = await client.query<{ id: string; isUnseen: boolean }>(
        selectVanished(resource.table, `select id from ${stageOf(operation).parents}`),
        [shopId, [], operation.startedAt, resource.unseenAfterDays],
      )
      return rows.filter(({ isUnseen }) => !isUnseen).map(({ id }) => id)
    },

    async complete(operation, books) {
      const names = stageOf(operation)
      await transact(async () => {
        const { rows } = await client.query<{ id: string; reason: string }>(selectUnreadable(names))
        const records = rows.map((row) => ({ ...row, deliveryId: null }))
        if (records.length > 0) await copyPort(client).setAside(targetOf(operation), records)
        await succeed(client, key, operation, books)
        await client.query(dropStage(resource, names))
      })
    },

    fail: (operation, reason, forget) =>
      transact(async () => {
        await client.query(
          `update sync_states set consecutive_failures = consecutive_failures + 1,
             checkpoint = case when $3::boolean then null else checkpoint end, updated_at = now()
           where shop_id = $1 and resource = $2`,
          [...key, forget],
        )
        await closeLog(client, operation.runId, 'failed', reason)
        await client.query(dropStage(resource, stageOf(operation)))
      }),
  }
}

async function succeed(client: PoolClient, key: string[], { runId, startedAt }: BulkCheckpoint, books: Books) {
  await client.query(
    `update sync_states set watermark = greatest(watermark, $3), checkpoint = null, last_success_at = now(),
       consecutive_failures = 0, backfilled_at = now(), updated_at = now()
     where shop_id = $1 and resource = $2`,
    [...key, startedAt],
  )
  await client.query(
    `update sync_logs set records_expected = $2, records_processed = $3, records_written = $4, records_unchanged = $5,
       records_skipped = $6, books = $7
     where id = $1`,
    [runId, books.said, readIn(books), books.written, books.unchanged, skippedIn(books), JSON.stringify(books)],
  )
  await closeLog(client, runId, 'succeeded', null)
}
