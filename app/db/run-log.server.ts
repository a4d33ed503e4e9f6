/** How the log of a run is opened and closed. */
import type { PoolClient } from 'pg'
import { type Books, readIn, skippedIn } from '~/sync/books'
import type { Trigger } from '~/sync/ports'
import type { Mode, Range } from '~/sync/window'

/** Milliseconds since `created_at`, as far as an integer counts: a run may be found open after weeks. */
export const DURATION = 'least(extract(epoch from clock_timestamp() - created_at) * 1000, 2147483647)'

export interface LogEntry {
  trigger: Trigger
  /** Null: the run failed before it knew; it would have been what follows from the watermark. */
  mode: Mode | null
  from: string | null
  to: string | null
  /** What Shopify said there was, if it has. */
  expected: number | null
}

/** Closes what is found open, and opens the log of a run. Its id is returned. A range's window is the range. */
export async function openLog(
  client: PoolClient,
  key: readonly string[],
  range: Range | null,
  entry: LogEntry,
): Promise<string> {
  await closeDeadRuns(client, key)
  const window = range === null ? { by: 'updated_at', ...entry } : { by: 'created_at', ...range }
  const { rows } = await client.query<{ id: string }>(
    `insert into sync_logs (shop_id, sync_type, mode, trigger, window_by, window_from, window_to, records_expected)
     values ($1, $2, coalesce($3, case when exists (
         select from sync_states where shop_id = $1 and resource = $2 and watermark is not null
       ) then 'incremental' else 'backfill' end), $4, $5, $6, $7, $8)
     returning id`,
    [
      ...key,
      range === null ? entry.mode : 'backfill',
      entry.trigger,
      window.by,
      window.from,
      window.to,
      entry.expected,
    ],
  )
  return rows[0]!.id
}

/**
 * Whoever has the run lock is the only one at work, so a log that is open is of a process that died, unless its run waits
 * for a bulk operation that is remembered. Only ordinary runs count as failures of the resource.
 */
async function closeDeadRuns(client: PoolClient, key: readonly string[]): Promise<void> {
  await client.query(
    `with waiting as (
       select checkpoint -> 'bulk' ->> 'runId' as run_id from sync_states where shop_id = $1 and resource = $2
       union all
       select place.value -> 'bulk' ->> 'runId'
       from sync_states, jsonb_each(range_checkpoints) as place
       where shop_id = $1 and resource = $2
     ),
     dead as (
       update sync_logs set state = 'failed', success = false, finished_at = now(), duration = ${DURATION},
         error = 'The process ended in the middle of the run; the next run went on from there.'
       where shop_id = $1 and sync_type = $2 and state = 'running'
         and not exists (select from waiting where waiting.run_id = sync_logs.id::text)
       returning window_by
     )
     insert into sync_states as known (shop_id, resource, consecutive_failures)
     select $1, $2, count(*) from dead where window_by = 'updated_at' having count(*) > 0
     on conflict (shop_id, resource) do update set
       consecutive_failures = known.consecutive_failures + excluded.consecutive_failures, updated_at = now()`,
    [...key],
  )
}

export async function logBooks(client: PoolClient, runId: string, books: Books): Promise<void> {
  await client.query(
    `update sync_logs set records_expected = $2, records_processed = $3, records_written = $4, records_unchanged = $5,
       records_skipped = $6, books = $7
     where id = $1`,
    [runId, books.said, readIn(books), books.written, books.unchanged, skippedIn(books), JSON.stringify(books)],
  )
}

export async function closeLog(
  client: PoolClient,
  runId: string,
  state: 'succeeded' | 'failed' | 'interrupted',
  error: string | null,
): Promise<void> {
  await client.query(
    `update sync_logs set state = $2, success = $2 = 'succeeded', error = $3, finished_at = now(), duration = ${DURATION}
     where id = $1`,
    [runId, state, error],
  )
}
