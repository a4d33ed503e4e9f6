/** What is held about a person, and what is left of them. */
import type { PoolClient } from 'pg'
import type { RowCounts } from './compliance-event.server'
import { countExportsOf } from './data-exports.server'
import {
  CONCERNED_DELIVERIES,
  CONCERNED_SET_ASIDE,
  type FoundPerson,
  idParameters,
  personParameters,
} from './person-rows.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS } from './personal-columns'

/** What is held about the person, by table. */
export async function countPersonRows(client: PoolClient, shopId: string, person: FoundPerson): Promise<RowCounts> {
  const { rows } = await client.query<RowCounts>(
    `select
       (select count(*)::int from customers where shop_id = $1::bigint and id = $2::bigint and deleted_at is null) as customers,
       (select count(*)::int from orders where shop_id = $1::bigint and id = any ($3::bigint[])) as orders,
       (select count(*)::int from order_line_items where shop_id = $1::bigint and order_id = any ($3::bigint[])) as order_line_items,
       (select count(*)::int from order_refunds where shop_id = $1::bigint and order_id = any ($3::bigint[])) as order_refunds,
       (select count(*)::int from order_transactions where shop_id = $1::bigint and order_id = any ($3::bigint[])) as order_transactions,
       (select count(*)::int from checkouts where shop_id = $1::bigint and id = any ($4::bigint[])) as checkouts,
       (select count(*)::int from set_aside_records where ${CONCERNED_SET_ASIDE}) as set_aside_records,
       (select count(*)::int from webhook_deliveries where ${CONCERNED_DELIVERIES}) as webhook_deliveries`,
    personParameters(shopId, person),
  )
  return rows[0]!
}

const holdAny = (columns: readonly string[] = []) => `num_nonnulls(${columns.join(', ')}) > 0`

/** Rows that still tell of the person, after an erasure: 0, or it was not one. */
export async function countRemains(client: PoolClient, shopId: string, person: FoundPerson): Promise<number> {
  const { customers, orders, checkouts } = PERSONAL_COLUMNS
  const { rows } = await client.query<{ count: number }>(
    `select (
       (select count(*) from customers where shop_id = $1 and id = $2 and ${holdAny(customers)})
       + (select count(*) from orders where shop_id = $1 and id = any ($3::bigint[]) and ${holdAny(orders)})
       + (select count(*) from order_refunds where shop_id = $1 and order_id = any ($3::bigint[])
          and ${holdAny(PERSONAL_CHILD_COLUMNS['order_refunds'])})
       + (select count(*) from checkouts where shop_id = $1 and id = any ($4::bigint[]) and ${holdAny(checkouts)})
     )::int as count`,
    idParameters(shopId, person),
  )
  const unread = await client.query<{ count: number }>(
    `select (
       (select count(*) from set_aside_records where ${CONCERNED_SET_ASIDE})
       + (select count(*) from webhook_deliveries where ${CONCERNED_DELIVERIES})
     )::int as count`,
    personParameters(shopId, person),
  )
  return rows[0]!.count + unread.rows[0]!.count + (await countExportsOf(client, shopId, person))
}
