import type { PoolClient } from 'pg'
import { dropHalfRewritten } from '~/db/rewrite-deliveries.server'
import { dropStagedTables } from '~/db/staged-loads.server'
import { forgetJobs } from '~/jobs/shop-jobs.server'
import type { Delivery, Outcome } from '~/webhooks/delivery'
import { recordDeliveries } from '~/webhooks/record-deliveries.server'
import { beginEvent, completeEvent, type Erased, reportErased } from './compliance-event.server'
import { countShopRows } from './count-shop.server'
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
  const erased = await eraseShop(client, shop?.id ?? null, delivery.shopDomain)
  await completeEvent(client, eventId, erased)
  reportErased(delivery, erased)
  return 'applied'
}

/** The tokens first, the shop itself last. */
async function eraseShop(client: PoolClient, shopId: string | null, domain: string): Promise<Erased> {
  const sessions = await client.query('delete from sessions where shop = $1', [domain])
  const rows: Record<string, number> = { sessions: sessions.rowCount ?? 0 }
  let isRewriting = false
  if (shopId !== null) {
    // While its runs are still known, which the tables are named after.
    rows['staging_tables'] = await dropStagedTables(client, shopId)
    isRewriting = await dropHalfRewritten(client)
    for (const table of SHOP_TABLES) rows[table] = await deleteFrom(client, table, 'shop_id', shopId)
    // What failed may say of what; a worker that is at one of them finds it gone, and the shop too.
    rows['jobs'] = await forgetJobs(client, shopId)
    rows['shops'] = await deleteFrom(client, 'shops', 'id', shopId)
  }
  return { rows, remaining: await countShopRows(client, shopId, domain, isRewriting) }
}

async function deleteFrom(client: PoolClient, table: string, column: string, value: string): Promise<number> {
  const { rowCount } = await client.query(`delete from ${table} where ${column} = $1`, [value])
  return rowCount ?? 0
}
