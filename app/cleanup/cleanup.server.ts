/**
 * Throws away what has been kept for long enough, over all shops: in batches, each a transaction of its own, which pass over
 * rows that somebody else has locked; deliveries by the day of their partition. So nobody waits for it, and it can be stopped
 * and begun anew at any time.
 */
import type { Pool } from 'pg'
import { DEFAULT_PARTITION, ensureDeliveryPartitions } from '~/db/delivery-partitions.server'
import { dropOldDeliveries, type Removed } from '~/db/old-deliveries.server'
import { dropRollupPartitions, makeRollupPartitions } from '~/db/rollup-partitions.server'
import { deleteTombstones, mirroredTables } from './tombstones'

export interface Retention {
  syncLogsDays: number
  webhookBodiesDays: number
  webhookDeliveriesDays: number
  webhookRollupsDays: number
  tombstonesDays: number
  dataExportsDays: number
}

/** Rows by what they were: the tables' names, `webhook_bodies`, `webhook_rollup_months` and `staging_tables`. */
export type CleanupCounts = Record<string, number>

const BATCH = 1_000

/** Ids of a batch behind $2 whose rows are older than $1 days. `ripe`: what besides their age must hold. */
const batchOf = (table: string, age: string, ripe: string) => `
  with batch as (
    select id from ${table}
    where id > $2 and ${age} < now() - make_interval(days => $1) and ${ripe}
    order by id limit ${BATCH}
    for update skip locked
  )`

const deleteOld = (table: string, age: string, ripe: string) => `
  ${batchOf(table, age, ripe)}
  delete from ${table} using batch where ${table}.id = batch.id
  returning ${table}.id`

/** A delivery that waits keeps its body, however old: it has not been applied yet. */
const CLEAR_BODIES = `
  ${batchOf(DEFAULT_PARTITION, 'received_at', `payload is not null and state <> 'pending'`)}
  update ${DEFAULT_PARTITION} set payload = null from batch where ${DEFAULT_PARTITION}.id = batch.id
  returning ${DEFAULT_PARTITION}.id`

const DELETE_DELIVERIES = deleteOld(DEFAULT_PARTITION, 'received_at', `state <> 'pending'`)
const DELETE_ATTEMPTS = deleteOld('webhook_attempts', 'requested_at', `state <> 'waiting'`)
const DELETE_LOGS = deleteOld('sync_logs', 'created_at', `state <> 'running'`)
const DELETE_RECONCILIATIONS = deleteOld('reconciliations', 'created_at', `state <> 'running'`)
const DELETE_EXPORTS = deleteOld('data_exports', 'requested_at', 'true')
const DELETE_DIFFERENCES = deleteOld('reconciliation_differences', 'created_at', 'true')

export async function cleanUp(
  pool: Pool,
  retention: Retention,
  now: Date,
  stopping: AbortSignal,
): Promise<CleanupCounts> {
  const counts: CleanupCounts = {}
  counts['webhook_attempts'] = await byId(pool, DELETE_ATTEMPTS, retention.webhookDeliveriesDays, stopping)
  counts['sync_logs'] = await byId(pool, DELETE_LOGS, retention.syncLogsDays, stopping)
  counts['reconciliations'] = await byId(pool, DELETE_RECONCILIATIONS, retention.syncLogsDays, stopping)
  counts['reconciliation_differences'] = await byId(pool, DELETE_DIFFERENCES, retention.syncLogsDays, stopping)
  counts['data_exports'] = await byId(pool, DELETE_EXPORTS, retention.dataExportsDays, stopping)
  for (const table of mirroredTables) {
    counts[table.name] = await byKey(pool, deleteTombstones(table, BATCH), retention.tombstonesDays, stopping)
  }
  counts['webhook_refusals'] = await deleteRefusals(pool, retention.webhookRollupsDays, stopping)
  counts['staging_tables'] = await dropStaging(pool)
  // Last, since only these fail when others hold a lock on a table for too long; personal data is in the first alone.
  const { rows, bodies } = await cleanDeliveries(pool, retention, now, stopping)
  const months = await cleanRollups(pool, retention, now)
  return { ...counts, webhook_deliveries: rows, webhook_bodies: bodies, webhook_rollup_months: months }
}

async function cleanDeliveries(
  pool: Pool,
  { webhookDeliveriesDays, webhookBodiesDays }: Retention,
  now: Date,
  stopping: AbortSignal,
): Promise<Removed> {
  await ensureDeliveryPartitions(pool, now)
  const rows = await byId(pool, DELETE_DELIVERIES, webhookDeliveriesDays, stopping)
  const bodies = await byId(pool, CLEAR_BODIES, webhookBodiesDays, stopping)
  const limits = { rowsDays: webhookDeliveriesDays, bodiesDays: webhookBodiesDays }
  const removed = await dropOldDeliveries(pool, limits, now, stopping)
  return { rows: rows + removed.rows, bodies: bodies + removed.bodies }
}

async function cleanRollups(pool: Pool, { webhookRollupsDays }: Retention, now: Date): Promise<number> {
  await makeRollupPartitions(pool, now)
  return dropRollupPartitions(pool, now, webhookRollupsDays)
}

/** Its rows have no id, and the oldest hours come first in the index. */
const DELETE_REFUSALS = `
  delete from webhook_refusals where ctid = any (array(
    select ctid from webhook_refusals where hour < now() - make_interval(days => $1)
    order by hour limit ${BATCH}
    for update skip locked
  ))`

async function deleteRefusals(pool: Pool, days: number, stopping: AbortSignal): Promise<number> {
  let count = 0
  while (!stopping.aborted) {
    const { rowCount } = await pool.query(DELETE_REFUSALS, [days])
    count += rowCount ?? 0
    if ((rowCount ?? 0) < BATCH) break
  }
  return count
}

/** From the lowest id to the highest, so that what remains is looked at once. */
async function byId(pool: Pool, sql: string, days: number, stopping: AbortSignal): Promise<number> {
  let count = 0
  let last = '0'
  while (!stopping.aborted) {
    const { rows } = await pool.query<{ id: string }>(sql, [days, last])
    count += rows.length
    if (rows.length < BATCH) break
    last = rows.reduce((highest, { id }) => (BigInt(id) > BigInt(highest) ? id : highest), last)
  }
  return count
}

interface Place {
  shopId: string
  id: string
  /** Rows that were deleted with this batch. */
  deleted: number
}

/** The same along a primary key of shop and id. */
async function byKey(
  pool: Pool,
  { sql, first }: ReturnType<typeof deleteTombstones>,
  days: number,
  stopping: AbortSignal,
): Promise<number> {
  let count = 0
  let place: Place | undefined = { shopId: '0', id: first, deleted: 0 }
  while (place !== undefined && !stopping.aborted) {
    const { rows }: { rows: Place[] } = await pool.query<Place>(sql, [days, place.shopId, place.id])
    place = rows[0]
    count += place?.deleted ?? 0
  }
  return count
}

/** What bulk loads left behind whose run or reconciliation has ended long ago, or is forgotten. */
async function dropStaging(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ table: string }>(`
    select format('%I.%I', schemaname, tablename) as table
    from pg_tables, substring(tablename from '^(?:bulk|reconcile)_(\\d+)_') as load
    where schemaname = 'staging' and load is not null and not exists (
      select from ${LOADS} as loads
      where loads.kind = split_part(tablename, '_', 1) and loads.id = load::bigint
        and (loads.state = 'running' or loads.finished_at > now() - interval '1 day'))`)
  for (const { table } of rows) await pool.query(`drop table if exists ${table}`)
  return rows.length
}

/** Tables of the schema `staging` are named after what fills them. */
const LOADS = `(
  select 'bulk' as kind, id, state, finished_at from sync_logs
  union all
  select 'reconcile', id, state, finished_at from reconciliations)`
