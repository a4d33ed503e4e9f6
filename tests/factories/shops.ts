import type pg from 'pg'
import { pool } from '~/db.server'
import { PULLED_NAMES } from '~/resources/resource'

let sequence = 0

/** A shop that has the app installed. Unique per call. Returns its id and domain. */
export async function installedShop(db: pg.Pool | pg.PoolClient = pool): Promise<{ id: string; domain: string }> {
  sequence += 1
  const domain = `shop-${sequence}.myshopify.com`
  const { rows } = await db.query<{ id: string }>(
    `insert into shops (domain, installed_at, timezone) values ($1, now(), 'UTC') returning id`,
    [domain],
  )
  return { id: rows[0]!.id, domain }
}

/** As if the first copy of every resource had been complete for a while. */
export async function copiedOnce(shopId: string, db: pg.Pool | pg.PoolClient = pool): Promise<void> {
  await db.query(
    `insert into sync_states (shop_id, resource, watermark, backfilled_at, last_success_at)
     select $1, resource, at, at, at
     from unnest($2::text[]) as resource, (select now() - interval '1 day' as at) as earlier`,
    [shopId, PULLED_NAMES],
  )
}
