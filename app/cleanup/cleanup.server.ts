/**
 * Throws away what has been kept for long enough, over all shops: in batches, each a transaction of its own, which pass over
 * rows that somebody else has locked. So nobody waits for it, and it can be stopped and begun anew at any time.
 */
import type { Pool } from 'pg'
import { deleteTombstones, mirroredTables } from './tombstones'

export interface Retention {
  syncLogsDays: number
  webhookBodiesDays: number
  webhookDeliveriesDays: number
  tombstonesDays: number
}

/** Rows by what they were: `sync_logs`, `webhook_bodies`, `webhook_deliveries`, tables of the copy, `staging_tables`. */
export type CleanupCounts = Record<string, number>

const BATCH = 1_000

/** A delivery that waits keeps its body, however old: it has not been applied yet. */
const CLEAR_BODIES = `
  with batch as (
    select id from webhook_deliveries
    where id > $2 and received_at < now() - make_interval(days => $1) and payload is not null and state <> 'pending'
    order by id limit ${BATCH}
    for update skip locked
  )
  update webhook_deliveries set payload = null from batch where webhook_deliveries.id = batch.id
  returning webhook_deliveries.id`

const DELETE_DELIVERIES = `
  with batch as (
    select id from webhook_deliveries
    where id > $2 and received_at < now() - make_interval(days => $1) and state <> 'pending'
    order by id limit ${BATCH}
    for update skip locked
  )
  delete from webhook_deliveries using batch where webhook_deliveries.id = batch.id
  returning webhook_deliveries.id`

const DELETE_LOGS = `
  with batch as (
    select id from sync_logs
    where id > $2 and created_at < now() - make_interval(days => $1) and state <> 'running'
    order by id limit ${BATCH}
    for update skip locked
  )
  delete from sync_logs using batch where sync_logs.id = batch.id
  returning sync_logs.id`

export async function cleanUp(pool: Pool, retention: Retention, stopping: AbortSignal): Promise<CleanupCounts> {
  const counts: CleanupCounts = {}
  counts['webhook_deliveries'] = await byId(pool, DELETE_DELIVERIES, retention.webhookDeliveriesDays, stopping)
  counts['webhook_bodies'] = await byId(pool, CLEAR_BODIES, retention.webhookBodiesDays, stopping)
  counts['sync_logs'] = await byId(pool, DELETE_LOGS, retention.syncLogsDays, stopping)
  for (const table of mirroredTables) {
    counts[table.name] = await byKey(pool, deleteTombstones(table, BATCH), retention.tombstonesDays, stopping)
  }
  counts['staging_tables'] = await dropStaging(pool)
  return counts
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

/** What bulk loads left behind whose run has ended long ago, or is forgotten. */
async function dropStaging(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ table: string }>(
    `select format('%I.%I', schemaname, tablename) as table
     from pg_tables
     where schemaname = 'staging' and tablename ~ '^bulk_\\d+_' and not exists (
       select from sync_logs
       where id = substring(tablename from '^bulk_(\\d+)_')::bigint
         and (state = 'running' or finished_at > now() - interval '1 day'))`,
  )
  for (const { table } of rows) await pool.query(`drop table if exists ${table}`)
  return rows.length
}
