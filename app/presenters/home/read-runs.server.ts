import type { PoolClient } from 'pg'
import { RESOURCE_NAMES } from '~/resources/resource'
import type { RunFacts } from './facts'

export interface SyncStateFacts {
  watermark: Date | null
  backfilledAt: Date | null
  consecutiveFailures: number
}

export async function readSyncStates(client: PoolClient, shopId: string): Promise<Map<string, SyncStateFacts>> {
  const { rows } = await client.query<SyncStateFacts & { resource: string }>(
    `select resource, watermark, backfilled_at as "backfilledAt", consecutive_failures as "consecutiveFailures"
     from sync_states
     where shop_id = $1`,
    [shopId],
  )
  return new Map(rows.map((row) => [row.resource, row]))
}

const COLUMNS = `
  id, sync_type as resource, mode, trigger, state, records_expected as expected, records_processed as processed,
  records_written as written, records_skipped as skipped, duration as "durationMs", error, created_at as "startedAt",
  window_by as "windowBy", window_from as "windowFrom", window_to as "windowTo"`

interface RunRow extends Omit<RunFacts, 'created'> {
  windowBy: string
  windowFrom: Date | null
  windowTo: Date | null
}

function factsOf({ windowBy, windowFrom: from, windowTo: to, ...run }: RunRow): RunFacts {
  const isOfRange = windowBy === 'created_at' && from !== null && to !== null
  return { ...run, created: isOfRange ? { from, to } : null }
}

/** Newest first. */
export async function readNewestRuns(client: PoolClient, shopId: string, limit: number): Promise<RunFacts[]> {
  const { rows } = await client.query<RunRow>(
    `select ${COLUMNS}
     from sync_logs
     where shop_id = $1
     order by created_at desc, id desc
     limit $2`,
    [shopId, limit],
  )
  return rows.map(factsOf)
}

/**
 * The two newest ordinary runs of each resource, newest first: at most one is going, so the other tells how the last one
 * ended. And the newest of a range of dates.
 */
export async function readRunsByResource(client: PoolClient, shopId: string): Promise<Map<string, RunFacts[]>> {
  const { rows } = await client.query<RunRow>(
    `select run.*
     from unnest($2::text[]) as wanted (resource)
     cross join (values ('updated_at', 2), ('created_at', 1)) as kind (window_by, most)
     cross join lateral (
       select ${COLUMNS}
       from sync_logs
       where shop_id = $1 and sync_type = wanted.resource and window_by = kind.window_by
       order by created_at desc, id desc
       limit kind.most
     ) as run
     order by run."startedAt" desc, run.id desc`,
    [shopId, [...RESOURCE_NAMES]],
  )
  return Map.groupBy(rows.map(factsOf), ({ resource }) => resource)
}
