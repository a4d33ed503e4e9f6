import type { Pool } from 'pg'
import { name } from '~/db/mirror-sql'
import { pulledResources } from '~/resources/registry'
import type { Wanted } from './read-signals'

const CUSTOMER = 'customer_id'

const naming = Object.values(pulledResources).filter(({ table }) => CUSTOMER in table.columns)

/** The records of the copy that name one of these customers, tombstones left out, by the customer's id. */
export async function recordsNaming(
  pool: Pool,
  shopId: string,
  customerIds: readonly string[],
): Promise<Map<string, Wanted[]>> {
  const found = new Map<string, Wanted[]>()
  for (const resource of naming) {
    const { rows } = await pool.query<{ id: string; customerId: string }>(
      `select id, ${CUSTOMER} as "customerId" from ${name(resource.table.name)}
       where shop_id = $1 and ${CUSTOMER} = any ($2::bigint[]) and deleted_at is null
       order by id`,
      [shopId, customerIds],
    )
    for (const { id, customerId } of rows)
      found.set(customerId, [...(found.get(customerId) ?? []), { resource, recordId: id }])
  }
  return found
}
