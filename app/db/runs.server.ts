/** The runs of one shop and resource in the database: a RunPort that holds the lock for as long as it is used. */
import type { Pool, PoolClient } from 'pg'
import { copyPort } from './copy.server'
import { bulkRunPort } from './bulk-runs.server'
import { holdShop } from './hold-shop.server'
import { countLive, selectLive, selectMissing } from './mirror-sql'
import { ordinaryRun, rangeRun, type RunKind } from './run-kind.server'
import { closeLog, logBooks, openLog } from './run-log.server'
import { withSessionLock } from './session-lock.server'
import { findVanished } from './vanished.server'
import { transactUntilDone } from '~/transaction.server'
import type { Resource } from '~/resources/resource'
import { type Checkpoint, checkpointSchema } from '~/sync/checkpoint'
import type { BulkRunPort } from '~/sync/bulk-ports'
import type { RunPort } from '~/sync/ports'
import type { Range } from '~/sync/window'

/**
 * Runs `work` with the sole right to run this resource of this shop, or returns null when another process has it: for an
 * ordinary run, or for that of a range, which do not go on at the same time. The right is a session lock of PostgreSQL on
 * the very connection that writes: when the process or the connection dies, the lock ends and so does the writing.
 */
export function withRunLock<T>(
  pool: Pool,
  shopId: string,
  resource: Resource,
  work: (runs: RunPort, bulkRuns: BulkRunPort) => Promise<T>,
  range?: Range,
): Promise<T | null> {
  return withSessionLock(pool, `lockstep run ${shopId} ${resource.name}`, (client) => {
    const key = [shopId, resource.name]
    const kind = range === undefined ? ordinaryRun(client, key) : rangeRun(client, key, range)
    return work(runPort(client, shopId, resource, kind), bulkRunPort(pool, client, shopId, resource, kind))
  })
}

const STOPPED = 'The process was stopped, or it was the turn of other shops; the next run goes on from here.'

function runPort(client: PoolClient, shopId: string, resource: Resource, kind: RunKind): RunPort {
  const key = [shopId, resource.name]
  async function findMissing(ids: readonly string[], listedAt: string): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(selectMissing(resource.table), [shopId, ids, listedAt])
    return rows.map(({ id }) => id)
  }
  async function fail(runId: string, message: string, forget: boolean): Promise<void> {
    await kind.fail(forget)
    await closeLog(client, runId, 'failed', message)
  }
  const transact = <T>(work: () => Promise<T>) =>
    transactUntilDone(client, async () => {
      await holdShop(client, shopId)
      return work()
    })
  return {
    async state() {
      const { checkpoint, ...state } = await kind.state()
      // A checkpoint of an older version that no longer fits is as good as none: the window is read from its start.
      return { ...state, checkpoint: checkpointSchema.nullable().safeParse(checkpoint).data ?? null }
    },

    begin: (trigger, checkpoint) =>
      transact(async () => {
        const { mode = null, from = null, to = null } = checkpoint ?? {}
        const runId = await openLog(client, key, kind.range, { trigger, mode, from, to, expected: null })
        if (checkpoint !== null) await saveProgress(client, kind, runId, checkpoint)
        return runId
      }),

    storePage: (runId, work) =>
      transact(async () => {
        const checkpoint = await work(copyPort(client))
        await saveProgress(client, kind, runId, checkpoint)
        return checkpoint
      }),

    complete: (runId, work) =>
      transact(async () => {
        const last = await work(copyPort(client))
        await saveProgress(client, kind, runId, last.checkpoint)
        if (last.imbalance === null) {
          await kind.succeed(last.checkpoint)
          await closeLog(client, runId, 'succeeded', null)
        } else {
          await fail(
            runId,
            `The books do not balance: ${last.imbalance}.${kind.range === null ? ' The watermark stays.' : ''}`,
            true,
          )
        }
        return last
      }),

    fail: (runId, message, resumable) => transact(() => fail(runId, message, !resumable)),

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
      const absent = await findVanished(client, shopId, resource, { ids, listedAt, range: kind.range })
      const vanished = absent.filter(({ isUnseen }) => !isUnseen)
      // What a range listed has been stored as it came.
      const missing = kind.range === null ? await findMissing(ids, listedAt) : []
      return { vanished: vanished.map(({ id }) => id), missing, unseen: absent.length - vanished.length }
    },

    async noteVanished(runId, vanished) {
      await client.query('update sync_logs set vanished = $3 where shop_id = $1 and id = $2', [shopId, runId, vanished])
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

async function saveProgress(client: PoolClient, kind: RunKind, runId: string, checkpoint: Checkpoint): Promise<void> {
  await kind.keep(checkpoint)
  await logBooks(client, runId, checkpoint.books)
}
