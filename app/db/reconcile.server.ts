/** Reconciliations in the database, behind a lock that makes their holder the only one of its shop and resource. */
import type { Pool, PoolClient } from 'pg'
import type { Resource } from '~/resources/resource'
import { bulkOperationSchema, countedBy } from '~/sync/bulk-ports'
import {
  type Depth,
  type Difference,
  type DifferenceKind,
  idsOnly,
  missedTopic,
  type ReconcilePort,
  type Reconciliation,
} from '~/sync/reconcile'
import { transactUntilDone } from '~/transaction.server'
import { openStagePort } from './bulk-load.server'
import { copyPort } from './copy.server'
import { forgetErasedInStage } from './erased-people.server'
import { holdShop } from './hold-shop.server'
import { selectDifferences, selectLeftPartial } from './reconcile-sql'
import { DURATION } from './run-log.server'
import { withSessionLock } from './session-lock.server'
import { dropStage, stageNames } from './staged-sql'
import { findVanished } from './vanished.server'

/** Runs `work` with the sole right to reconcile this resource of this shop, or returns null when another process has it. */
export function withReconcileLock<T>(
  pool: Pool,
  shopId: string,
  resource: Resource,
  work: (reconciliations: ReconcilePort) => Promise<T>,
): Promise<T | null> {
  return withSessionLock(pool, `lockstep reconcile ${shopId} ${resource.name}`, (client) =>
    work(reconcilePort(client, shopId, resource)),
  )
}

const stageOf = ({ id }: Reconciliation) => stageNames(`reconcile_${id}`)

function reconcilePort(client: PoolClient, shopId: string, resource: Resource): ReconcilePort {
  const key = [shopId, resource.name]
  const listedBy = ({ depth }: Reconciliation) => (depth === 'fields' ? resource : idsOnly(resource))
  const transact = <T>(work: () => Promise<T>) =>
    transactUntilDone(client, async () => {
      await holdShop(client, shopId)
      return work()
    })

  return {
    async current() {
      const { rows } = await client.query<{ id: string; mode: Depth; operation: unknown }>(
        `select id, mode, operation from reconciliations
         where shop_id = $1 and resource = $2 and state = 'running'
         order by id desc limit 1`,
        key,
      )
      const operation = bulkOperationSchema.safeParse(rows[0]?.operation).data
      return rows[0] && operation ? { ...operation, id: rows[0].id, depth: rows[0].mode } : null
    },

    begin: (trigger, depth, operation) =>
      transact(async () => {
        const { rows } = await client.query<{ id: string }>(
          `insert into reconciliations (shop_id, resource, mode, trigger, operation, as_of)
           values ($1, $2, $3, $4, $5, $6) returning id`,
          [...key, depth, trigger, JSON.stringify(operation), operation.startedAt],
        )
        return { ...operation, depth, id: rows[0]!.id }
      }),

    // Of a shop that has been erased nobody would look for the tables.
    stage: (reconciliation) =>
      transact(() =>
        openStagePort(client, listedBy(reconciliation), stageOf(reconciliation), countedBy(reconciliation)),
      ),

    async compare(reconciliation) {
      const stage = stageOf(reconciliation)
      const hasFields = reconciliation.depth === 'fields'
      if (hasFields) await forgetErasedInStage(client, shopId, resource, stage)
      const { rows } = await client.query<Difference>(selectDifferences(resource, stage, hasFields), [
        shopId,
        reconciliation.startedAt,
      ])
      const alsoIn = `select id from ${stage.parents}`
      const listed = { ids: [], alsoIn, listedAt: reconciliation.startedAt, range: null }
      const vanished = (await findVanished(client, shopId, resource, listed))
        .filter(({ isUnseen }) => !isUnseen)
        .map(({ id, copyUpdatedAt }): Difference => ({ id, kind: 'vanished', sourceUpdatedAt: null, copyUpdatedAt }))
      return [...rows, ...vanished]
    },

    async leftPartial() {
      const { rows } = await client.query<{ id: string }>(selectLeftPartial(resource.table), [
        ...key,
        resource.lookbackMinutes,
      ])
      return rows.map(({ id }) => id)
    },

    record: (reconciliation, differences) =>
      transact(() => recordDifferences(client, resource, shopId, reconciliation, differences)),

    complete: (reconciliation, compared) =>
      transact(async () => {
        const drift = await countDifferences(client, shopId, reconciliation)
        await client.query(
          `update reconciliations set state = 'succeeded', compared = $3, missing = $4, stale = $5, different = $6,
             vanished = $7, finished_at = now(), duration = ${DURATION}
           where shop_id = $1 and id = $2`,
          [shopId, reconciliation.id, compared, drift.missing, drift.stale, drift.different, drift.vanished],
        )
        await client.query(dropStage(resource, stageOf(reconciliation)))
        return drift
      }),

    fail: (reconciliation, reason) =>
      transact(async () => {
        await client.query(
          `update reconciliations set state = 'failed', error = $3, finished_at = now(), duration = ${DURATION}
           where shop_id = $1 and id = $2`,
          [shopId, reconciliation.id, reason],
        )
        await client.query(dropStage(resource, stageOf(reconciliation)))
      }),

    store: (work) => transact(() => work(copyPort(client))),
  }
}

async function recordDifferences(
  client: PoolClient,
  resource: Resource,
  shopId: string,
  { id }: Reconciliation,
  differences: readonly Difference[],
): Promise<void> {
  const rows = differences.map(({ id, kind, sourceUpdatedAt, copyUpdatedAt }) => ({
    record_id: id,
    kind,
    missed_topic: missedTopic(resource, kind),
    source_updated_at: sourceUpdatedAt,
    copy_updated_at: copyUpdatedAt,
  }))
  await client.query(
    `insert into reconciliation_differences
       (shop_id, reconciliation_id, resource, record_id, kind, missed_topic, missed_by_pull, source_updated_at, copy_updated_at)
     select $1, $2, $3, found.record_id, found.kind, found.missed_topic,
       coalesce(found.source_updated_at < state.watermark, false), found.source_updated_at, found.copy_updated_at
     from json_to_recordset($4::json) as found
       (record_id text, kind text, missed_topic text, source_updated_at timestamptz, copy_updated_at timestamptz)
     left join sync_states as state on state.shop_id = $1 and state.resource = $3`,
    [shopId, id, resource.name, JSON.stringify(rows)],
  )
}

async function countDifferences(
  client: PoolClient,
  shopId: string,
  { id }: Reconciliation,
): Promise<Record<DifferenceKind, number>> {
  const { rows } = await client.query<{ kind: DifferenceKind; count: number }>(
    `select kind, count(*)::int as count from reconciliation_differences
     where shop_id = $1 and reconciliation_id = $2
     group by kind`,
    [shopId, id],
  )
  const counted = Object.fromEntries(rows.map(({ kind, count }) => [kind, count]))
  return { missing: 0, stale: 0, different: 0, vanished: 0, ...counted }
}
