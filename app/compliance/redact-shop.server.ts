import type { PoolClient } from 'pg'
import type { Delivery, Outcome } from '~/webhooks/delivery'
import { recordDeliveries } from '~/webhooks/record-deliveries.server'
import { beginEvent, completeEvent, type RowCounts } from './compliance-event.server'
import { SHOP_TABLES } from './shop-tables'
import { takeShop } from './take-shop.server'

/**
 * shop/redact: every row of the shop goes, and what remains is the audit trail. A shop that has the app again, by an
 * installation since, is not erased. Inside a transaction.
 */
export async function redactShop(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const shop = await takeShop(client, delivery)
  const eventId = await beginEvent(client, delivery)
  if (eventId === null) return 'duplicate'
  if (shop?.isInstalled && !shop.isInstalledBefore) {
    const error = 'not erased: the shop has the app installed, and not from before this request'
    const row = { shopId: shop.id, delivery, state: 'ignored', attempts: 1, error, payload: null } as const
    await recordDeliveries(client, [row])
    return 'ignored'
  }
  await completeEvent(client, eventId, await eraseShop(client, shop?.id ?? null, delivery.shopDomain))
  return 'applied'
}

/** Returns the rows that were deleted, by table. The tokens first, the shop itself last. */
async function eraseShop(client: PoolClient, shopId: string | null, domain: string): Promise<RowCounts> {
  const sessions = await client.query('delete from sessions where shop = $1', [domain])
  const counts: Record<string, number> = { sessions: sessions.rowCount ?? 0 }
  if (shopId === null) return counts
  for (const table of SHOP_TABLES) {
    const { rowCount } = await client.query(`delete from ${table} where shop_id = $1`, [shopId])
    counts[table] = rowCount ?? 0
  }
  const shops = await client.query('delete from shops where id = $1', [shopId])
  return { ...counts, shops: shops.rowCount ?? 0 }
}
