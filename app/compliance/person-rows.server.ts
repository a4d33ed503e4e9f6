/** Where a person is in the database: the one description of it, for those who count and for those who erase. */
import type { PoolClient } from 'pg'
import { isSearchable, type Person } from './person'

/** A person whose records have been looked for. */
export interface FoundPerson extends Omit<Person, 'email' | 'phone'> {
  checkoutIds: string[]
  /** Of the orders and checkouts: a cart names nobody, and is known by them alone. */
  cartTokens: string[]
  /** In lower case: as the request names them, and as the copy has them of the customer. */
  emails: string[]
  phones: string[]
}

/** $1 shop, $2 customer, $3 orders, $4 checkouts: for CONCERNED_SET_ASIDE. */
export const idParameters = (shopId: string, { customerId, orderIds, checkoutIds }: FoundPerson) => [
  ...[shopId, customerId],
  ...[orderIds, checkoutIds],
]

/** And $5 e-mail addresses, $6 phones, $7 tokens of carts: for CONCERNED_DELIVERIES. */
export const personParameters = (shopId: string, person: FoundPerson) => [
  ...idParameters(shopId, person),
  ...[person.emails.map(asInJson), person.phones.map(asInJson), person.cartTokens],
]

const asInJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** The person with all orders, checkouts and carts that the copy has of them. */
export async function findPerson(client: PoolClient, shopId: string, named: Person): Promise<FoundPerson> {
  const { customerId } = named
  const addresses = await findAddresses(client, shopId, named)
  const orderIds = await findOrderIds(client, shopId, { ...named, ...addresses })
  const found = { customerId, orderIds, ...addresses }
  const checkouts = await findCheckouts(client, shopId, found)
  const carts = await findCartTokens(client, shopId, { orderIds, checkoutIds: checkouts })
  return { ...found, checkoutIds: checkouts, cartTokens: carts }
}

/** Only those of the customer: an order may bear somebody else's, such as the shop's own at a counter. */
async function findAddresses(client: PoolClient, shopId: string, { customerId, email, phone }: Person) {
  const { rows } = await client.query<{ email: string | null; phone: string | null }>(
    'select email, phone from customers where shop_id = $1 and id = $2',
    [shopId, customerId],
  )
  const searched = (texts: (string | null | undefined)[]) => [
    ...new Set(texts.filter((text) => text != null && isSearchable(text)).map((text) => text!.toLowerCase())),
  ]
  return { emails: searched([email, rows[0]?.email]), phones: searched([phone, rows[0]?.phone]) }
}

/**
 * Whether an order that names no customer was placed with, or goes to, an address of these. `order`: an alias. Both lists are
 * in lower case.
 */
export const bearsAddress = (order: string, emails: string, phones: string) => `(
  ${order}.customer_id is null and (
    lower(${order}.email) = any (${emails}) or lower(${order}.phone) = any (${phones})
    or lower(${order}.shipping_address ->> 'phone') = any (${phones})
    or lower(${order}.billing_address ->> 'phone') = any (${phones})
  )
)`

/**
 * Orders of the customer, those that Shopify lists, as ids, and those with an address of theirs that are nobody else's. No
 * index has the addresses: one walk through the shop's orders.
 */
async function findOrderIds(
  client: PoolClient,
  shopId: string,
  { customerId, orderIds, emails, phones }: Pick<FoundPerson, 'customerId' | 'orderIds' | 'emails' | 'phones'>,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from orders
     where shop_id = $1 and (
       customer_id = $2 or id = any ($3::bigint[]) or ${bearsAddress('orders', '$4::text[]', '$5::text[]')}
     )`,
    [shopId, customerId, orderIds, emails, phones],
  )
  return [...new Set([...orderIds, ...rows.map(({ id }) => id)])]
}

/** Checkouts of the customer, those with the e-mail address that are nobody else's, and those that the orders came from. */
async function findCheckouts(
  client: PoolClient,
  shopId: string,
  { customerId, orderIds, emails }: Pick<FoundPerson, 'customerId' | 'orderIds' | 'emails'>,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id
     from checkouts
     where shop_id = $1 and (
       customer_id = $2
       or (customer_id is null and lower(email) = any ($4::text[]))
       or token in (
         select checkout_token from orders where shop_id = $1 and id = any ($3::bigint[]) and checkout_token is not null
       )
     )`,
    [shopId, customerId, orderIds, emails],
  )
  return rows.map(({ id }) => id)
}

async function findCartTokens(
  client: PoolClient,
  shopId: string,
  { orderIds, checkoutIds }: Pick<FoundPerson, 'orderIds' | 'checkoutIds'>,
): Promise<string[]> {
  const { rows } = await client.query<{ token: string }>(
    `select cart_token as token from orders
     where shop_id = $1 and id = any ($2::bigint[]) and cart_token is not null
     union
     select cart_token from checkouts
     where shop_id = $1 and id = any ($3::bigint[]) and cart_token is not null`,
    [shopId, orderIds, checkoutIds],
  )
  return rows.map(({ token }) => token)
}

/** What a body names as its customer; null where it names none. */
const NAMED_CUSTOMER = `coalesce(
  payload -> 'customer' ->> 'id', payload ->> 'customer_id', case when topic like 'customers/%' then payload ->> 'id' end)`

/**
 * Bodies that concern the person: by the customer's id, by an order's, a checkout's or a cart's, and whatever else holds an
 * e-mail address or a phone number of theirs and names no other customer.
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
    or (topic like 'carts/%' and payload ->> 'id' = any ($7::text[]))
    or (topic like 'carts/%' and payload ->> 'token' = any ($7::text[]))
    or (${NAMED_CUSTOMER} is null and exists (
      select from unnest($5::text[] || $6::text[]) as address
      where strpos(lower(payload::text), address) > 0
    ))
  )`

export const CONCERNED_SET_ASIDE = `
  shop_id = $1::bigint and (
    (resource = 'customers' and record_id = $2::text)
    or (resource = 'orders' and record_id = any ($3::text[]))
    or (resource = 'checkouts' and record_id = any ($4::text[]))
  )`
