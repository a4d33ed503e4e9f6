import type pg from 'pg'
import { pool } from '~/db.server'

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
