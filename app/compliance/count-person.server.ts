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

/**
 * Whether a row that names no other customer holds an address of the person anywhere in what is personal: as a whole word, so
 * that ada@example.com is not found in nada@example.com. $5 addresses in lower case, $6 the same as regular expressions.
 */
function tellsAddress(columns: readonly string[] = []): string {
  const text = `lower(concat_ws(' ', ${columns.join(', ')}))`
  return `exists (
    select from unnest($5::text[], $6::text[]) as held (address, pattern)
    where strpos(${text}, address) > 0 and ${text} ~ pattern
  )`
}

const patternOf = (address: string) => {
  const literal = address.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`)
  return String.raw`(?<![\w.+-])${literal}(?![\w-])`
}

const OF_NOBODY_ELSE = '(customer_id is null or customer_id = $2)'

/**
 * Rows that still tell of the person, after an erasure: 0, or it was not one. Looks for the addresses as well, whatever the
 * erasure found the rows by.
 */
export async function countRemains(client: PoolClient, shopId: string, person: FoundPerson): Promise<number> {
  const { customers, orders, checkouts } = PERSONAL_COLUMNS
  const refunds = PERSONAL_CHILD_COLUMNS['order_refunds']
  const addresses = [...person.emails, ...person.phones]
  const { rows } = await client.query<{ count: number }>(
    `select (
       (select count(*) from customers where shop_id = $1 and id = $2 and ${holdAny(customers)})
       + (select count(*) from orders
          where shop_id = $1 and (
            id = any ($3::bigint[]) and ${holdAny(orders)} or ${OF_NOBODY_ELSE} and ${tellsAddress(orders)}
          ))
       + (select count(*) from order_refunds
          where shop_id = $1 and (
            order_id = any ($3::bigint[]) and ${holdAny(refunds)}
            or ${tellsAddress(refunds)} and order_id in (select id from orders where shop_id = $1 and ${OF_NOBODY_ELSE})
          ))
       + (select count(*) from checkouts
          where shop_id = $1 and (
            id = any ($4::bigint[]) and ${holdAny(checkouts)} or ${OF_NOBODY_ELSE} and ${tellsAddress(checkouts)}
          ))
     )::int as count`,
    [...idParameters(shopId, person), addresses, addresses.map(patternOf)],
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
