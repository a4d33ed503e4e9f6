/** Runs of the engine against a fake source, with the database real. */
import { withRunLock } from '~/db/runs.server'
import { pool } from '~/db.server'
import type { Resource } from '~/resources/resource'
import { SourceError } from '~/shopify/source-error'
import { run, type RunOutcome } from '~/sync/run'
import type { SourcePort } from '~/sync/ports'
import type { Range } from '~/sync/window'

export interface RunOptions {
  force?: boolean
  stopping?: AbortSignal
  largestWindow?: number
  mostByPages?: number
  range?: Range
}

/** One run, or null when another one is going on. */
export function runOnce(
  shopId: string,
  resource: Resource,
  source: SourcePort,
  { force = false, stopping = new AbortController().signal, ...options }: RunOptions = {},
): Promise<RunOutcome | null> {
  const kindOf = (error: unknown) => (error instanceof SourceError ? error.kind : null)
  const request = { shopId, resource, trigger: 'schedule', force, ...options } as const
  return withRunLock(pool, shopId, resource, (runs) => run(request, { source, runs, stopping, kindOf }), options.range)
}

export interface StateRow {
  watermark: string | null
  checkpoint: { cursor: string | null; pageSize: number; from: string | null; to: string } | null
  backfilled: boolean
  succeeded: boolean
  failures: number
}

/** The resource's row of sync_states. */
export async function stateOf(shopId: string, resource: Resource): Promise<StateRow | undefined> {
  const { rows } = await pool.query<Omit<StateRow, 'watermark'> & { watermark: Date | null }>(
    `select watermark, checkpoint, backfilled_at is not null as backfilled, last_success_at is not null as succeeded,
       consecutive_failures as failures
     from sync_states where shop_id = $1 and resource = $2`,
    [shopId, resource.name],
  )
  return rows[0] && { ...rows[0], watermark: rows[0].watermark?.toISOString() ?? null }
}

export interface LogRow {
  mode: string
  state: string
  success: boolean | null
  error: string | null
  expected: number | null
  processed: number
  written: number
  unchanged: number
  skipped: number
  vanished: number
  recovered: number
  /** Whether finished_at and duration are there. */
  closed: boolean
}

/** The resource's runs, oldest first. */
export async function logsOf(shopId: string, resource: Resource): Promise<LogRow[]> {
  const { rows } = await pool.query<LogRow>(
    `select mode, state, success, error, records_expected as expected, records_processed as processed,
       records_written as written, records_unchanged as unchanged, records_skipped as skipped, vanished, recovered,
       finished_at is not null and duration >= 0 as closed
     from sync_logs where shop_id = $1 and sync_type = $2 order by id`,
    [shopId, resource.name],
  )
  return rows
}
