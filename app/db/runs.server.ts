/** The runs of one shop and resource in the database: a RunPort that holds the lock for as long as it is used. */
import type { Pool, PoolClient } from 'pg'
import { copyPort } from './copy.server'
import { bulkRunPort } from './bulk-runs.server'
import { holdShop } from './hold-shop.server'
import { countLive, selectLive, selectMissing, selectVanished } from './mirror-sql'
import { closeDeadRuns, closeLog } from './run-log.server'
import { withSessionLock } from './session-lock.server'
import { transactUntilDone } from '~/transaction.server'
import type { Resource } from '~/resources/resource'
import { readIn, skippedIn } from '~/sync/books'
import { type Checkpoint, checkpointSchema } from '~/sync/checkpoint'
import type { BulkRunPort } from '~/sync/bulk-ports'
import type { LastPage, RunPort } from '~/sync/ports'

/**
 * Runs `work` with the sole right to run this resource of this shop, or returns null when another process has it. The
 * right is a session lock of PostgreSQL on the very connection that writes: when the process or the connection dies, the
 * lock ends and so does the writing.
 */
export function withRunLock<T>(
  pool: Pool,
  shopId: string,
  resource: Resource,
  work: (runs: RunPort, bulkRuns: BulkRunPort) => Promise<T>,
): Promise<T | null> {
  return withSessionLock(pool, `lockstep run ${shopId} ${resource.name}`, (client) =>
    work(runPort(client, shopId, resource), bulkRunPort(pool, client, shopId, resource)),
  )
}

const STOPPED = 'The process was stopped, or it was the turn of other shops; the next run goes on from here.'

function runPort(client: PoolClient, shopId: string, resource: Resource): RunPort {
  const key = [shopId, resource.name]
  const transact = <T>(work: () => Promise<T>) =>
    transactUntilDone(client, async () => {
      await holdShop(client, shopId)
      return work()
    })
  return {
    async state() {
      type State = { watermark: Date | null; checkpoint: unknown; failures: number }
      const { rows } = await client.query<State>(
        `select watermark, checkpoint, consecutive_failures as failures from sync_states
         where shop_id = $1 and resource = $2`,
        key,
      )
      // A checkpoint of an older version that no longer fits is as good as none: the window is read from its start.
      const checkpoint = checkpointSchema.nullable().safeParse(rows[0]?.checkpoint ?? null)
      const { watermark = null, failures = 0 } = rows[0] ?? {}
      return { watermark, failures, checkpoint: checkpoint.data ?? null }
    },

    begin: (trigger, checkpoint) =>
      transact(async () => {
        await closeDeadRuns(client, key)
        const { rows } = await client.query<{ id: string }>(
          `insert into sync_logs (shop_id, sync_type, mode, trigger, window_from, window_to)
           values ($1, $2, coalesce($3, case when exists (
               select from sync_states where shop_id = $1 and resource = $2 and watermark is not null
             ) then 'incremental' else 'backfill' end), $4, $5, $6)
           returning id`,
          [...key, checkpoint?.mode, trigger, checkpoint?.from, checkpoint?.to],
        )
        const runId = rows[0]!.id
        if (checkpoint !== null) await saveProgress(client, key, runId, checkpoint)
        return runId
      }),

    storePage: (runId, work) =>
      transact(async () => {
        const checkpoint = await work(copyPort(client))
        await saveProgress(client, key, runId, checkpoint)
        return checkpoint
      }),

    complete: (runId, work) =>
      transact(async () => {
        const last = await work(copyPort(client))
        await saveProgress(client, key, runId, last.checkpoint)
        if (last.imbalance === null) await succeed(client, key, runId, last)
        else await fail(client, key, runId, `The books do not balance: ${last.imbalance}. The watermark stays.`, false)
        return last
      }),

    fail: (runId, message, resumable) => transact(() => fail(client, key, runId, message, resumable)),

    interrupt: (runId) => transact(() => closeLog(client, runId, 'interrupted', STOPPED)),

    async setAsideIds() {
      const { rows } = await client.query<{ record_id: string }>(
        'select record_id from set_aside_records where shop_id = $1 and resource = $2 order by updated_at limit 250',
        key,
      )
      return rows.map(({ record_id }) => record_id)
    },

    async liveAmong(ids) {
      const { rows } = await client.query<{ id: string }>(selectLive(resource.table), [shopId, ids])
      return rows.map(({ id }) => id)
    },

    async liveCount() {
      const { rows } = await client.query<{ count: number }>(countLive(resource.table), [shopId])
      return rows[0]!.count
    },

    async compareIds(ids, listedAt) {
      const parameters = [shopId, ids, listedAt]
      const absent = await client.query<{ id: string; isUnseen: boolean }>(selectVanished(resource.table), [
        ...parameters,
        resource.unseenAfterDays,
      ])
      const vanished = absent.rows.filter(({ isUnseen }) => !isUnseen)
      const missing = await client.query<{ id: string }>(selectMissing(resource.table), parameters)
      return {
        vanished: vanished.map(({ id }) => id),
        missing: missing.rows.map(({ id }) => id),
        unseen: absent.rows.length - vanished.length,
      }
    },

    noteCounts: (runId, counts) =>
      transact(async () => {
        await client.query(
          `update sync_states set source_count = $3, copy_count = $4, counted_at = now()
           where shop_id = $1 and resource = $2`,
          [...key, counts.inShopify, counts.inCopy],
        )
        await client.query('update sync_logs set vanished = $2, recovered = $3 where id = $1', [
          runId,
          counts.vanished,
          counts.recovered,
        ])
      }),

    async noteUsage(runId, { requests, retries, waitedMs, points }) {
      await client.query(
        'update sync_logs set requests = $3, retries = $4, waited_ms = $5, points = $6 where shop_id = $1 and id = $2',
        [shopId, runId, requests, retries, waitedMs, points],
      )
    },

    store: (work) => transact(() => work(copyPort(client))),
  }
}

async function saveProgress(client: PoolClient, key: string[], runId: string, checkpoint: Checkpoint): Promise<void> {
  const { books } = checkpoint
  await client.query(
    `insert into sync_states (shop_id, resource, checkpoint) values ($1, $2, $3)
     on conflict (shop_id, resource) do update set checkpoint = excluded.checkpoint, updated_at = now()`,
    [...key, JSON.stringify(checkpoint)],
  )
  await client.query(
    `update sync_logs set records_expected = $2, records_processed = $3, records_written = $4, records_unchanged = $5,
       records_skipped = $6, books = $7
     where id = $1`,
    [runId, books.said, readIn(books), books.written, books.unchanged, skippedIn(books), JSON.stringify(books)],
  )
}

async function succeed(client: PoolClient, key: string[], runId: string, { checkpoint }: LastPage): Promise<void> {
  await client.query(
    `update sync_states set watermark = $3, checkpoint = null, last_success_at = now(), consecutive_failures = 0,
       backfilled_at = case
         -- A first copy in parts is complete with its last one.
         when not $5::boolean and ($4 = 'backfill' or backfilled_at is null) then now() else backfilled_at
       end,
       updated_at = now()
     where shop_id = $1 and resource = $2`,
    [...key, checkpoint.to, checkpoint.mode, checkpoint.isSplit],
  )
  await closeLog(client, runId, 'succeeded', null)
}

export async function fail(client: PoolClient, key: string[], runId: string, message: string, resumable: boolean) {
  await client.query(
    `insert into sync_states (shop_id, resource, consecutive_failures) values ($1, $2, 1)
     on conflict (shop_id, resource) do update set consecutive_failures = sync_states.consecutive_failures + 1,
       checkpoint = case when $3::boolean then sync_states.checkpoint end, updated_at = now()`,
    [...key, resumable],
  )
  await closeLog(client, runId, 'failed', message)
}
