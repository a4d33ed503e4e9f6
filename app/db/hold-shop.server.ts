import type { PoolClient } from 'pg'

/**
 * The promise that the shop is not erased before this transaction ends: who erases takes its row `for update`. Throws when
 * it has been.
 */
export async function holdShop(client: PoolClient, shopId: string): Promise<void> {
  const { rowCount } = await client.query('select from shops where id = $1 for key share', [shopId])
  if (rowCount === 0) throw new Error('The shop has been erased while one of its runs was going on.')
}
