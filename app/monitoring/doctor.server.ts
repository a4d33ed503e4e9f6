/** Examines a shop once a day, after one of its runs: what the copy and the granted scopes tell together. */
import type { PoolClient } from 'pg'
import { pool } from '~/db.server'
import { env } from '~/env.server'
import { apiVersion } from '~/shopify/api-version'
import { inTransaction } from '~/transaction.server'
import { diagnose } from './doctor'
import { replaceFindings } from './findings.server'

/** Does nothing when it has been done within a day. A token exchange makes it due. */
export async function examineShop(shopId: string, now: Date): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ scopes: string | null }>(
      `update shops set examined_at = now()
       where id = $1 and (examined_at is null or examined_at < now() - interval '1 day')
       returning scopes`,
      [shopId],
    )
    if (rows[0] === undefined) return
    const findings = diagnose({
      grantedScopes: listOf(rows[0].scopes),
      neededScopes: listOf(env.SCOPES) ?? [],
      hasOlderOrders: await hasOlderOrders(client, shopId),
      emptyColumns: await emptyColumns(client, shopId),
      apiVersion,
      now,
    })
    await replaceFindings(client, shopId, findings)
  })
}

const listOf = (scopes: string | null) => (scopes ? scopes.split(',').map((scope) => scope.trim()) : null)

async function hasOlderOrders(client: PoolClient, shopId: string): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `select exists (
       select from orders join shops on shops.id = shop_id
       where shop_id = $1 and channel <> 'webhook' and orders.created_at < installed_at - interval '61 days')`,
    [shopId],
  )
  return rows[0]!.exists
}

/** So many customers, none of whom has a name or an address, are no coincidence. */
const ENOUGH_TO_TELL = 50
const LOOKED_AT = 500

/** Columns of protected customer data that are empty in all of the newest customers, if all of them are. */
async function emptyColumns(client: PoolClient, shopId: string): Promise<string[]> {
  const { rows } = await client.query<{ isWithheld: boolean }>(
    `select count(*) >= $2 and count(first_name) + count(last_name) + count(email) + count(phone) = 0 as "isWithheld"
     from (
       select first_name, last_name, email, phone from customers
       where shop_id = $1 and deleted_at is null
       order by source_updated_at desc limit $3
     ) as newest`,
    [shopId, ENOUGH_TO_TELL, LOOKED_AT],
  )
  return rows[0]!.isWithheld
    ? ['customers.email', 'customers.first_name', 'customers.last_name', 'customers.phone']
    : []
}
