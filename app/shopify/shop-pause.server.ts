import { pool } from '~/db.server'
import { log } from '~/log.server'
import type { PauseReason } from './source-error'

/**
 * Lets the shop's schedule rest, because Shopify does not let us read it. A token that came meanwhile tells otherwise: then
 * nothing happens.
 */
export async function pauseShop(domain: string, reason: PauseReason): Promise<void> {
  const { rows } = await pool.query<{ isNew: boolean }>(
    `update shops set
       paused_since = coalesce(paused_since, now()), pause_reason = $2, probed_at = now(), updated_at = now()
     where domain = $1
       and not ($2 = 'needs-reauthorisation'
         and exists (select from sessions where shop = $1 and not is_online and (expires is null or expires > now())))
     returning paused_since = now() as "isNew"`,
    [domain, reason],
  )
  if (rows[0]?.isNew) log.warn({ shop: domain, reason }, 'the shop is paused')
}
