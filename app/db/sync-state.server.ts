import { pool } from '~/db.server'
import { PULLED_NAMES, type PulledName } from '~/resources/resource'

/** Resources whose first copy is not complete. */
export async function missingFirstCopies(shopId: string): Promise<PulledName[]> {
  const { rows } = await pool.query<{ resource: string }>(
    'select resource from sync_states where shop_id = $1 and backfilled_at is not null',
    [shopId],
  )
  const complete = new Set(rows.map(({ resource }) => resource))
  return PULLED_NAMES.filter((name) => !complete.has(name))
}
