import type { PoolClient } from 'pg'
import { HALF_REWRITTEN } from '~/db/rewrite-deliveries.server'
import { countJobs } from '~/jobs/shop-jobs.server'

/**
 * Rows that the database has of a shop: in every table with a `shop_id`, by the database's own catalogue and not by the list
 * that was erased by, and in those that know the shop otherwise. `isRewriting`: what a rewrite of deliveries that is going on has
 * copied is left out. It takes over that the shop's rows are gone, and its table may be gone itself before it is counted.
 */
export async function countShopRows(
  client: PoolClient,
  shopId: string | null,
  domain: string,
  isRewriting: boolean,
): Promise<number> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name
     from pg_attribute
     join pg_class on pg_class.oid = attrelid
     join pg_namespace on pg_namespace.oid = relnamespace
     where attname = 'shop_id' and not attisdropped and relkind in ('r', 'p') and not relispartition
       and nspname !~ '^(pg_|information_schema$)' and not ($1 and nspname = $2 and relname ~ $3)`,
    [isRewriting, HALF_REWRITTEN.schema, HALF_REWRITTEN.name],
  )
  let count = await countIn(client, 'sessions', 'shop', domain)
  count += await countIn(client, 'shops', 'domain', domain)
  if (shopId === null) return count
  for (const { name } of tables) count += await countIn(client, name, 'shop_id', shopId)
  return count + (await countJobs(client, shopId))
}

async function countIn(client: PoolClient, table: string, column: string, value: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from ${table} where ${column} = $1`,
    [value],
  )
  return rows[0]!.count
}
