import type { PoolClient } from 'pg'
import type { Delivery } from '~/webhooks/delivery'

export interface TakenShop {
  id: string
  isInstalled: boolean
  /** Installed at or before the delivery was triggered; false when the delivery does not say when that was. */
  isInstalledBefore: boolean
}

/**
 * The shop, which nobody writes before this transaction ends: writers hold its row `for key share`. Null when it has no
 * row.
 */
export async function takeShop(client: PoolClient, { shopDomain, triggeredAt }: Delivery): Promise<TakenShop | null> {
  const { rows } = await client.query<TakenShop>(
    `select id, installed_at is not null and uninstalled_at is null as "isInstalled",
       coalesce(installed_at <= $2::timestamptz, false) as "isInstalledBefore"
     from shops
     where domain = $1
     for update`,
    [shopDomain, triggeredAt],
  )
  return rows[0] ?? null
}
