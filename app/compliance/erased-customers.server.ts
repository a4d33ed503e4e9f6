import type { PoolClient } from 'pg'
import { ERASED } from '~/db/mirror-sql'
import { prepared } from '~/db/prepared'

interface Concerned {
  shopId: string
  customerId: string | null
}

/** Tells of each of these customers whether customers/redact has erased them. One look-up for all. */
export async function erasedCustomers(
  client: PoolClient,
  concerned: readonly Concerned[],
): Promise<(customer: Concerned) => boolean> {
  const named = concerned.filter(({ customerId }) => customerId !== null)
  if (named.length === 0) return () => false
  // By an index that holds nobody else.
  const { rows } = await client.query<{ shop_id: string; id: string }>(
    prepared(
      `select shop_id, id
       from customers
       join unnest($1::bigint[], $2::bigint[]) as concerned (shop_id, id) using (shop_id, id)
       where deleted_via = '${ERASED}'`,
      [named.map(({ shopId }) => shopId), named.map(({ customerId }) => customerId)],
    ),
  )
  const erased = new Set(rows.map(({ shop_id, id }) => `${shop_id} ${id}`))
  return ({ shopId, customerId }) => customerId !== null && erased.has(`${shopId} ${customerId}`)
}
