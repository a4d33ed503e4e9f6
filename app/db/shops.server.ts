/** Shops that have the app, now or once. */
import type { Pool, PoolClient } from 'pg'
import { pool } from '~/db.server'
import type { ShopDetails } from '~/shop'

export interface ShopRow {
  id: string
  domain: string
  name: string | null
  currency: string | null
  timezone: string | null
  scopes: string | null
  installedAt: Date | null
  uninstalledAt: Date | null
}

const COLUMNS = `id, domain, name, currency, timezone, scopes,
  installed_at as "installedAt", uninstalled_at as "uninstalledAt"`

export async function findShop(domain: string): Promise<ShopRow | null> {
  const { rows } = await pool.query<ShopRow>(`select ${COLUMNS} from shops where domain = $1`, [domain])
  return rows[0] ?? null
}

export async function shopById(id: string): Promise<ShopRow | null> {
  const { rows } = await pool.query<ShopRow>(`select ${COLUMNS} from shops where id = $1`, [id])
  return rows[0] ?? null
}

export const isInstalled = (shop: ShopRow) => shop.installedAt !== null && shop.uninstalledAt === null

export async function installedShops(): Promise<ShopRow[]> {
  const { rows } = await pool.query<ShopRow>(
    `select ${COLUMNS} from shops where installed_at is not null and uninstalled_at is null order by id`,
  )
  return rows
}

/**
 * Records that the app is installed. Runs after every token exchange, so a shop that is known as installed keeps its
 * date; one that had uninstalled begins a new installation.
 */
export async function recordInstall(domain: string, { scopes }: { scopes: string | null }): Promise<ShopRow> {
  const { rows } = await pool.query<ShopRow>(
    `insert into shops as known (domain, scopes, installed_at) values ($1, $2, now())
     on conflict (domain) do update set
       scopes = excluded.scopes,
       installed_at = case when known.installed_at is null or known.uninstalled_at is not null then now() else known.installed_at end,
       uninstalled_at = null,
       updated_at = now()
     returning ${COLUMNS}`,
    [domain, scopes],
  )
  return rows[0]!
}

/** Does nothing when the shop has been installed anew since `at`: the message was late. True when it is uninstalled now. */
export async function recordUninstall(client: Pool | PoolClient, shopId: string, at: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `update shops set uninstalled_at = $2, updated_at = now()
     where id = $1 and uninstalled_at is null and (installed_at is null or installed_at <= $2::timestamptz)`,
    [shopId, at],
  )
  return rowCount === 1
}

export async function recordDetails(shopId: string, details: ShopDetails): Promise<void> {
  await pool.query(
    `update shops set shopify_id = $2, name = $3, plan = $4, currency = $5, timezone = $6, updated_at = now()
     where id = $1`,
    [shopId, details.shopifyId, details.name, details.plan, details.currency, details.timezone],
  )
}
