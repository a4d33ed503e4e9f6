/** How the log of a run is closed. */
import type { PoolClient } from 'pg'

/** Milliseconds since `created_at`, as far as an integer counts: a run may be found open after weeks. */
export const DURATION = 'least(extract(epoch from clock_timestamp() - created_at) * 1000, 2147483647)'

export async function closeDeadRuns(client: PoolClient, key: string[]): Promise<void> {
  await client.query(
    `with dead as (
       update sync_logs set state = 'failed', success = false, finished_at = now(), duration = ${DURATION},
         error = 'The process ended in the middle of the run; the next run went on from there.'
       where shop_id = $1 and sync_type = $2 and state = 'running'
       returning id
     )
     insert into sync_states as known (shop_id, resource, consecutive_failures)
     select $1, $2, count(*) from dead having count(*) > 0
     on conflict (shop_id, resource) do update set
       consecutive_failures = known.consecutive_failures + excluded.consecutive_failures, updated_at = now()`,
    key,
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
