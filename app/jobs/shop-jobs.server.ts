/** The jobs of one shop, whatever has become of them. */
import type { PoolClient } from 'pg'
import { boss } from './boss.server'

const OF_SHOP = `data ->> 'shopId' = $1`

/** A worker that is at one of them ends it all the same. Inside the caller's transaction. */
export async function forgetJobs(client: PoolClient, shopId: string): Promise<number> {
  await boss()
  const { rowCount } = await client.query(`delete from pgboss.job where ${OF_SHOP}`, [shopId])
  return rowCount ?? 0
}

export async function countJobs(client: PoolClient, shopId: string): Promise<number> {
  await boss()
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pgboss.job where ${OF_SHOP}`,
    [shopId],
  )
  return rows[0]!.count
}
