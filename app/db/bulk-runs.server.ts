/** The bulk backfill of one shop and resource, or of a range of it, in the database, for whoever holds the resource's run lock. */
import type { Pool, PoolClient } from 'pg'
import type { Resource } from '~/resources/resource'
import {
  type BulkCheckpoint,
  bulkCheckpointSchema,
  type BulkOperation,
  type BulkRunPort,
  countedBy,
  modeOf,
} from '~/sync/bulk-ports'
import type { PullTarget, Trigger } from '~/sync/ports'
import { transactUntilDone } from '~/transaction.server'
import { copyPort } from './copy.server'
import { openStagePort } from './bulk-load.server'
import { forgetErasedInStage } from './erased-people.server'
import { holdShop } from './hold-shop.server'
import { mergeStage } from './merge-stage.server'
import type { RunKind } from './run-kind.server'
import { closeLog, logBooks, openLog } from './run-log.server'
import { dropStage, selectUnreadable, stageNames } from './staged-sql'
import { findVanished } from './vanished.server'

const stageOf = ({ runId }: BulkCheckpoint) => stageNames(`bulk_${runId}`)

export function bulkRunPort(
  pool: Pool,
  client: PoolClient,
  shopId: string,
  resource: Resource,
  kind: RunKind,
): BulkRunPort {
  const key = [shopId, resource.name]
  const targetOf = ({ runId }: BulkCheckpoint): PullTarget => ({ shopId, resource, channel: 'bulk', runId })
  const transact = <T>(work: () => Promise<T>) =>
    transactUntilDone(client, async () => {
      await holdShop(client, shopId)
      return work()
    })

  async function open(trigger: Trigger, operation: BulkOperation): Promise<BulkCheckpoint> {
    const from = modeOf(operation) === 'incremental' ? countedBy(operation).from : null
    const entry = { trigger, mode: modeOf(operation), from, to: operation.startedAt, expected: operation.said }
    const begun = { ...operation, runId: await openLog(client, key, kind.range, entry) }
    await kind.keep({ bulk: begun })
    return begun
  }

  const find = async () => bulkCheckpointSchema.safeParse((await kind.state()).checkpoint).data?.bulk ?? null

  return {
    async underWay() {
      const found = await find()
      return found && modeOf(found)
    },

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

    // Of a shop that has been erased nobody would look for the tables.
    stage: (operation) => transact(() => openStagePort(client, resource, stageOf(operation), countedBy(operation))),
    async merge(operation, onBatch) {
      await forgetErasedInStage(client, shopId, resource, stageOf(operation))
      return mergeStage(pool, targetOf(operation), stageOf(operation), operation.startedAt, onBatch)
    },

    async vanished(operation) {
      const alsoIn = `select id from ${stageOf(operation).parents}`
      const listed = { ids: [], alsoIn, listedAt: operation.startedAt, range: kind.range }
      const absent = await findVanished(client, shopId, resource, listed)
      return absent.filter(({ isUnseen }) => !isUnseen).map(({ id }) => id)
    },

    async complete(operation, books) {
      const names = stageOf(operation)
      await transact(async () => {
        const { rows } = await client.query<{ id: string; reason: string }>(selectUnreadable(names))
        const records = rows.map((row) => ({ ...row, deliveryId: null }))
        if (records.length > 0) await copyPort(client).setAside(targetOf(operation), records)
        await kind.succeed({ mode: modeOf(operation), to: operation.startedAt, isSplit: false })
        await logBooks(client, operation.runId, books)
        await closeLog(client, operation.runId, 'succeeded', null)
        await client.query(dropStage(resource, names))
      })
    },

    fail: (operation, reason, forget) =>
      transact(async () => {
        await kind.fail(forget)
        await closeLog(client, operation.runId, 'failed', reason)
        await client.query(dropStage(resource, stageOf(operation)))
      }),
  }
}
