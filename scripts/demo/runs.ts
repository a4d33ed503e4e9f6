import type { Client } from 'pg'

/** The last run of each resource in words, for when something did not come. */
export async function describeRuns(client: Client): Promise<string> {
  const { rows } = await client.query<{ line: string }>(
    `select distinct on (sync_type) format('%s: %s run %s, %s of %s records read%s', sync_type, mode, state,
       records_processed, coalesce(records_expected::text, '?'), coalesce('. ' || error, '')) as line
     from sync_logs order by sync_type, id desc`,
  )
  return rows.length === 0 ? 'No run has begun.' : rows.map(({ line }) => line).join('\n')
}
