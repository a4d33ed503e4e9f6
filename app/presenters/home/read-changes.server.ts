import type { PoolClient } from 'pg'
import { resources } from '~/resources/registry'
import type { ResourceName } from '~/resources/resource'
import type { ChangeFacts } from './facts'

/** The column to show a record by. Null where that would be a person's name: the id has to do. */
const nameColumns: Readonly<Record<ResourceName, string | null>> = {
  products: 'title',
  customers: null,
  orders: 'name',
  checkouts: 'name',
  carts: null,
}

// Each resource gives its own newest, so that an index on (shop_id, synced_at) can serve it. Only names of tables and
// columns are put into the text.
const newestOfEach = Object.values(resources)
  .map(
    ({ name, table }) => `(
      select '${name}' as resource, copy.id::text as id, ${nameColumns[name] ?? 'null'}::text as name, synced_at, deleted_at,
        channel, run_id, delivery_id
      from ${table.name} as copy
      where shop_id = $1
      order by synced_at desc, copy.id desc
      limit $2
    )`,
  )
  .join(' union all ')

const changesSql = `
  with newest as (
    select * from (${newestOfEach}) as each_resource
    order by synced_at desc, resource, id desc
    limit $2
  )
  select newest.resource, newest.id, newest.name, newest.synced_at as "syncedAt", newest.deleted_at as "deletedAt",
    newest.channel, newest.run_id as "runId", delivery.topic
  from newest
  left join webhook_deliveries as delivery on delivery.id = newest.delivery_id and delivery.shop_id = $1
  order by newest.synced_at desc, newest.resource, newest.id desc`

/** The records that were written last, newest first. */
export async function readChanges(client: PoolClient, shopId: string, limit: number): Promise<ChangeFacts[]> {
  const { rows } = await client.query<ChangeFacts>(changesSql, [shopId, limit])
  return rows
}
