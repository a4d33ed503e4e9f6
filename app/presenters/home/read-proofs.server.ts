import type { PoolClient } from 'pg'
import type { ResourceFacts } from './facts'

/** The newest reconciliation of each resource that came to its end. */
export async function readProofs(
  client: PoolClient,
  shopId: string,
): Promise<Map<string, NonNullable<ResourceFacts['proof']>>> {
  const { rows } = await client.query<NonNullable<ResourceFacts['proof']> & { resource: string }>(
    `select distinct on (resource) resource, as_of as "asOf", compared, missing + stale + different + vanished as differences
     from reconciliations
     where shop_id = $1 and state = 'succeeded'
     order by resource, id desc`,
    [shopId],
  )
  return new Map(rows.map(({ resource, ...proof }) => [resource, proof]))
}
