/** Where a person is in the database: the one description of it, for those who count and for those who erase. */
import type { PoolClient } from 'pg'
import type { RowCounts } from './compliance-event.server'
import type { Person } from './person'

/** A person whose records have been looked for. */
export interface FoundPerson extends Person {
  checkoutIds: string[]
}

/** $1 shop, $2 customer, $3 orders, $4 checkouts: for CONCERNED_SET_ASIDE. */
export const idParameters = (shopId: string, { customerId, orderIds, checkoutIds }: FoundPerson) => [
  ...[shopId, customerId],
  ...[orderIds, checkoutIds],
]

/** And $5 e-mail address, $6 phone: for CONCERNED_DELIVERIES. */
export const personParameters = (shopId: string, person: FoundPerson) => [
  ...idParameters(shopId, person),
  person.email,
  person.phone,
]

/** The person with all orders and checkouts that the copy has of them. */
export async function findPerson(client: PoolClient, shopId: string, named: Person): Promise<FoundPerson> {
  const orderIds = await findOrderIds(client, shopId, named)
  return { ...named, orderIds, checkoutIds: await findCheckoutIds(client, shopId, { ...named, orderIds }) }
}

/** Orders of the customer and those that Shopify lists, as ids. */
async function findOrderIds(client: PoolClient, shopId: string, person: Person): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    'select id from orders where shop_id = $1 and (customer_id = $2 or id = any ($3::bigint[]))',
    [shopId, person.customerId, person.orderIds],
  )
  return [...new Set([...person.orderIds, ...rows.map(({ id }) => id)])]
}

/** Checkouts of the customer, those with the e-mail address, and those that the orders came from. */
async function findCheckoutIds(client: PoolClient, shopId: string, person: Person): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id
     from checkouts
     where shop_id = $1 and (
       customer_id = $2
       or lower(email) = lower($4)
       or token in (
         select checkout_token from orders where shop_id = $1 and id = any ($3::bigint[]) and checkout_token is not null
       )
     )`,
    [shopId, person.customerId, person.orderIds, person.email],
  )
  return rows.map(({ id }) => id)
}

/**
 * Bodies that concern the person: by the customer's id, by an order's or a checkout's, and whatever else holds the e-mail
 * address or the phone number.
 */
export const CONCERNED_DELIVERIES = `
  shop_id = $1::bigint and payload is not null and (
    (topic like 'customers/%' and payload ->> 'id' = $2::text)
    or (topic like 'customers/%' and payload ->> 'admin_graphql_api_id' = 'gid://shopify/Customer/' || $2::text)
    or 'gid://shopify/Customer/' || $2::text in
      (payload ->> 'admin_graphql_api_customer_kept_id', payload ->> 'admin_graphql_api_customer_deleted_id')
    or payload -> 'customer' ->> 'id' = $2::text
    or payload -> 'customer' ->> 'admin_graphql_api_id' = 'gid://shopify/Customer/' || $2::text
    or payload ->> 'customer_id' = $2::text
    or (topic like 'orders/%' and payload ->> 'id' = any ($3::text[]))
    or (topic like 'orders/%' and replace(payload ->> 'admin_graphql_api_id', 'gid://shopify/Order/', '') = any ($3::text[]))
    or payload ->> 'order_id' = any ($3::text[])
    or payload -> 'order_edit' ->> 'order_id' = any ($3::text[])
    or (topic like 'checkouts/%' and payload ->> 'id' = any ($4::text[]))
    or (topic like 'checkouts/%' and ltrim(payload ->> 'name', '#') = any ($4::text[]))
    or strpos(lower(payload::text), lower($5::text)) > 0
    or strpos(payload::text, $6::text) > 0
  )`

export const CONCERNED_SET_ASIDE = `
  shop_id = $1::bigint and (
    (resource = 'customers' and record_id = $2::text)
    or (resource = 'orders' and record_id = any ($3::text[]))
    or (resource = 'checkouts' and record_id = any ($4::text[]))
  )`

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
