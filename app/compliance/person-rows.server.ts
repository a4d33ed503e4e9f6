/** Where a person is in the database: the one description of it, for those who count and for those who erase. */
import type { PoolClient } from 'pg'
import type { RowCounts } from './compliance-event.server'
import type { Person } from './person'

/** $1 shop, $2 customer, $3 orders: for CONCERNED_SET_ASIDE. */
export const idParameters = (shopId: string, { customerId, orderIds }: Person) => [shopId, customerId, orderIds]

/** And $4 e-mail address, $5 phone: for CONCERNED_DELIVERIES. */
export const personParameters = (shopId: string, person: Person) => [
  ...idParameters(shopId, person),
  person.email,
  person.phone,
]

/** Orders of the customer and those that Shopify lists, as ids. */
export async function findOrderIds(client: PoolClient, shopId: string, person: Person): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select id from orders where shop_id = $1 and (customer_id = $2 or id = any ($3::bigint[]))',
    idParameters(shopId, person),
  )
  return [...new Set([...person.orderIds, ...rows.map(({ id }) => id)])]
}

/**
 * Bodies that concern the person: by the customer's id, by an order's, and whatever else holds the e-mail address or the
 * phone number.
 */
export const CONCERNED_DELIVERIES = `
  shop_id = $1::bigint and payload is not null and (
    (topic like 'customers/%' and payload ->> 'id' = $2::text)
    or (topic like 'customers/%' and payload ->> 'admin_graphql_api_id' = 'gid://shopify/Customer/' || $2::text)
    or payload -> 'customer' ->> 'id' = $2::text
    or payload -> 'customer' ->> 'admin_graphql_api_id' = 'gid://shopify/Customer/' || $2::text
    or payload ->> 'customer_id' = $2::text
    or (topic like 'orders/%' and payload ->> 'id' = any ($3::text[]))
    or (topic like 'orders/%' and replace(payload ->> 'admin_graphql_api_id', 'gid://shopify/Order/', '') = any ($3::text[]))
    or payload ->> 'order_id' = any ($3::text[])
    or strpos(lower(payload::text), lower($4::text)) > 0
    or strpos(payload::text, $5::text) > 0
  )`

export const CONCERNED_SET_ASIDE = `
  shop_id = $1::bigint and (
    (resource = 'customers' and record_id = $2::text)
    or (resource = 'orders' and record_id = any ($3::text[]))
  )`

/** What is held about the person, by table. */
export async function countPersonRows(client: PoolClient, shopId: string, person: Person): Promise<RowCounts> {
  const { rows } = await client.query<RowCounts>(
    `select
       (select count(*)::int from customers where shop_id = $1::bigint and id = $2::bigint and deleted_at is null) as customers,
       (select count(*)::int from orders where shop_id = $1::bigint and id = any ($3::bigint[])) as orders,
       (select count(*)::int from order_line_items where shop_id = $1::bigint and order_id = any ($3::bigint[])) as order_line_items,
       (select count(*)::int from set_aside_records where ${CONCERNED_SET_ASIDE}) as set_aside_records,
       (select count(*)::int from webhook_deliveries where ${CONCERNED_DELIVERIES}) as webhook_deliveries`,
    personParameters(shopId, person),
  )
  return rows[0]!
}
