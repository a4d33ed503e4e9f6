/** Deliveries counted by the hour, for tests: at half past, when the hour is not over and the one before has been for a while. */
import { pool } from '~/db.server'
import { type Pass, rollUp } from '~/webhooks/health/roll-up.server'
import { installedShop } from './shops.ts'

const HOUR_MS = 3_600_000

export const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS + HOUR_MS / 2)
export const hoursAgo = (hours: number) => new Date(now.getTime() - hours * HOUR_MS)
export const minutesAfter = (minutes: number, date: Date) => new Date(date.getTime() + minutes * 60_000)
export const hourOf = (date: Date) => new Date(Math.floor(date.getTime() / HOUR_MS) * HOUR_MS)

interface Rollup {
  topic: string
  hour: Date
  received: number
  transit_ms: number[]
  apply_ms: number[]
  last_received_at: Date
  [figure: string]: unknown
}

export async function rollupsOf(shopId: string): Promise<Rollup[]> {
  const { rows } = await pool.query<Rollup>('select * from webhook_rollups where shop_id = $1 order by hour, topic', [
    shopId,
  ])
  return rows
}

export const pass = (kind: Pass = 'recent', at = now) => rollUp(pool, kind, { now: at, keepDays: 30 })

/** Nothing of the tests before. Returns the id of a shop that has had the app for a year. */
export async function onlyOneShop(): Promise<string> {
  await pool.query(
    `truncate shops, webhook_deliveries, webhook_rollups, webhook_rollup_progress, sync_logs, orders, products, customers,
       checkouts, reconciliation_differences`,
  )
  const { id } = await installedShop()
  await pool.query('update shops set installed_at = $2 where id = $1', [id, hoursAgo(24 * 365)])
  return id
}
