/** Shops that have the app, now or once. */
import type { Pool, PoolClient } from 'pg'
import { pool } from '~/db.server'
import type { ShopDetails } from '~/shop'
import { DURATION } from './run-log.server'

export interface ShopRow {
  id: string
  domain: string
  name: string | null
  currency: string | null
  timezone: string | null
  scopes: string | null
  installedAt: Date | null
  uninstalledAt: Date | null
  /** Shopify does not let us read the shop. */
  pausedSince: Date | null
  pauseReason: 'needs-reauthorisation' | 'frozen' | 'locked' | null
}

const COLUMNS = `id, domain, name, currency, timezone, scopes,
  installed_at as "installedAt", uninstalled_at as "uninstalledAt", paused_since as "pausedSince",
  pause_reason as "pauseReason"`

export async function findShop(domain: string): Promise<ShopRow | null> {
  const { rows } = await pool.query<ShopRow>(`select ${COLUMNS} from shops where domain = $1`, [domain])
  return rows[0] ?? null
}

export async function shopById(id: string): Promise<ShopRow | null> {
  const { rows } = await pool.query<ShopRow>(`select ${COLUMNS} from shops where id = $1`, [id])
  return rows[0] ?? null
}

/** All that have the app, also those that may not be read at present. */
export async function installedShops(): Promise<ShopRow[]> {
  const { rows } = await pool.query<ShopRow>(
    `select ${COLUMNS} from shops where installed_at is not null and uninstalled_at is null order by domain`,
  )
  return rows
}

export const isInstalled = (shop: ShopRow) => shop.installedAt !== null && shop.uninstalledAt === null

/** How long a shop that is frozen or locked is left alone before it is asked again. */
const PROBE_AFTER = "interval '24 hours'"

/** Condition on `shops`. A shop that needs its merchant is not asked at all: only a new token can help. */
export const MAY_BE_ASKED = `paused_since is null
  or (pause_reason <> 'needs-reauthorisation' and probed_at < now() - ${PROBE_AFTER})`

/** Whether the schedule is for this shop now. */
export async function isResting(shopId: string): Promise<boolean> {
  const { rowCount } = await pool.query(`select from shops where id = $1 and not (${MAY_BE_ASKED})`, [shopId])
  return rowCount === 1
}

/** A merchant looks at the page of a paused shop. True when it has not been asked for a while and shall be now. */
export async function takeProbe(shopId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update shops set probed_at = now(), updated_at = now()
     where id = $1 and pause_reason <> 'needs-reauthorisation' and probed_at < now() - interval '10 minutes'`,
    [shopId],
  )
  return rowCount === 1
}

/** Shopify has let us read the shop. True when it was paused until now. */
export async function endPause(shopId: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update shops set paused_since = null, pause_reason = null, probed_at = null, updated_at = now()
     where id = $1 and paused_since is not null`,
    [shopId],
  )
  return rowCount === 1
}

/**
 * Records that the app is installed. Runs after every token exchange, so a shop that is known as installed keeps its
 * date; one that had uninstalled begins a new installation, and one that was paused is read again.
 */
export async function recordInstall(domain: string, { scopes }: { scopes: string | null }): Promise<ShopRow> {
  const { rows } = await pool.query<ShopRow>(
    `insert into shops as known (domain, scopes, installed_at, authorized_at) values ($1, $2, now(), now())
     on conflict (domain) do update set
       scopes = excluded.scopes,
       installed_at = case when known.installed_at is null or known.uninstalled_at is not null then now() else known.installed_at end,
       uninstalled_at = null,
       authorized_at = now(),
       examined_at = null,
       paused_since = null,
       pause_reason = null,
       probed_at = null,
       updated_at = now()
     returning ${COLUMNS}`,
    [domain, scopes],
  )
  return rows[0]!
}

/** `at`: ISO 8601, on Shopify's clock. */
export async function recordUninstall(client: Pool | PoolClient, shopId: string, at: string): Promise<void> {
  await client.query(
    'update shops set uninstalled_at = $2, updated_at = now() where id = $1 and uninstalled_at is null',
    [shopId, at],
  )
  // Nobody goes on with a range that was asked for. Everything else goes on after a new installation.
  await client.query(
    `with forgotten as (
       update sync_states set range_checkpoints = '{}', updated_at = now()
       where shop_id = $1 and range_checkpoints <> '{}'
     )
     update sync_logs set state = 'failed', success = false, error = 'The app was uninstalled before the run ended.',
       finished_at = now(), duration = ${DURATION}
     where shop_id = $1 and state = 'running' and window_by = 'created_at'`,
    [shopId],
  )
}

/** What a message of the shop told of itself; null: it did not tell. Inside its transaction. */
export async function updateDetails(
  client: PoolClient,
  shopId: string,
  told: { [Key in Exclude<keyof ShopDetails, 'shopifyId'>]: string | null },
): Promise<void> {
  await client.query(
    `update shops set name = coalesce($2, name), plan = coalesce($3, plan), currency = coalesce($4, currency),
       timezone = coalesce($5, timezone), updated_at = now()
     where id = $1`,
    [shopId, told.name, told.plan, told.currency, told.timezone],
  )
}

export async function recordDetails(shopId: string, details: ShopDetails): Promise<void> {
  await pool.query(
    `update shops set shopify_id = $2, name = $3, plan = $4, currency = $5, timezone = $6, updated_at = now()
     where id = $1`,
    [shopId, details.shopifyId, details.name, details.plan, details.currency, details.timezone],
  )
}
