/** What waits to be applied, deliveries and replays of them, and since or until when. */
import type { Pool } from 'pg'

/** When the earliest of the shop is due; null when nothing waits. */
export async function nextDueAt(pool: Pool, shopId: string): Promise<Date | null> {
  const { rows } = await pool.query<{ at: Date | null }>(
    `select least(
       (select min(coalesce(next_attempt_at, now())) from webhook_deliveries where shop_id = $1 and state = 'pending'),
       (select min(now()) from webhook_attempts where shop_id = $1 and state = 'waiting')
     ) as at`,
    [shopId],
  )
  return rows[0]!.at
}

/** Shops with something that has been due for a minute. Over all shops. */
export async function shopsWithOverdue(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ shop_id: string }>(
    `select shop_id from webhook_deliveries
     where state = 'pending' and coalesce(next_attempt_at, received_at) < now() - interval '1 minute'
     union
     select shop_id from webhook_attempts
     where state = 'waiting' and requested_at < now() - interval '1 minute'
     order by shop_id`,
  )
  return rows.map(({ shop_id }) => shop_id)
}

/** What was put off, in the hope that Shopify can be read again, is due. */
export async function makeDue(pool: Pool, shopId: string): Promise<void> {
  await pool.query(
    `update webhook_deliveries set next_attempt_at = null
     where shop_id = $1 and state = 'pending' and next_attempt_at is not null`,
    [shopId],
  )
}
