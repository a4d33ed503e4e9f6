/**
 * The exports that customers/data_request asks for: one JSON document each, prepared by a job, for the merchant, who has to
 * hand it on within 30 days (https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance).
 */
import type { Pool, PoolClient } from 'pg'
import { pool } from '~/db.server'
import { env } from '~/env.server'
import type { Person } from './person'
import type { FoundPerson } from './person-rows.server'

export interface AskedExport {
  requestId: string
  person: Person
  eventId: string
  /** ISO 8601. */
  requestedAt: string
}

/**
 * The export of this request and person: a new one, or the one that was asked for already, ready or not. Inside a transaction
 * that holds the shop, so that of two equal requests the second sees the first.
 */
export async function askForExport(
  client: PoolClient,
  shopId: string,
  asked: AskedExport,
): Promise<{ id: string; isNew: boolean }> {
  const { requestId, person, eventId, requestedAt } = asked
  const { rows } = await client.query<{ id: string; isNew: boolean }>(
    `with known as (
       select id from data_exports
       where shop_id = $1 and request_id = $2 and customer_id is not distinct from $3 and (customer_id is not null or asked = $4)
     ), made as (
       insert into data_exports (shop_id, request_id, customer_id, asked, event_id, requested_at)
       select $1, $2, $3, $4, $5, $6 where not exists (select from known)
       returning id
     )
     select id, false as "isNew" from known union all select id, true from made`,
    [shopId, requestId, person.customerId, JSON.stringify(person), eventId, requestedAt],
  )
  return rows[0]!
}

export interface ListedExport {
  id: string
  customerId: string | null
  /** As the copy has the customer's name now; null: none. */
  name: string | null
  requestedAt: Date
  readyAt: Date | null
  error: string | null
}

const IS_KEPT = 'requested_at > now() - make_interval(days => $2)'

export const EXPORTS_OF_PAGE = 100

/** A page of the shop's, from 1, newest first, as long as they are kept; and how many there are on all pages. */
export async function listExports(shopId: string, page = 1): Promise<{ exports: ListedExport[]; total: number }> {
  const kept = [shopId, env.KEEP_DATA_EXPORTS_DAYS]
  const { rows: counted } = await pool.query<{ total: number }>(
    `select count(*)::int as total from data_exports where shop_id = $1 and ${IS_KEPT}`,
    kept,
  )
  const { rows } = await pool.query<ListedExport>(
    `select export.id, customer_id as "customerId", requested_at as "requestedAt", ready_at as "readyAt", error,
       nullif(concat_ws(' ', customers.first_name, customers.last_name), '') as name
     from data_exports as export
     left join customers on customers.shop_id = export.shop_id and customers.id = export.customer_id
     where export.shop_id = $1 and ${IS_KEPT}
     order by requested_at desc, export.id desc
     limit $3 offset $4`,
    [...kept, EXPORTS_OF_PAGE, (page - 1) * EXPORTS_OF_PAGE],
  )
  return { exports: rows, total: counted[0]!.total }
}

/** The document as JSON text, with all digits of its numbers; null when the shop has none of this id that is ready. */
export async function readExport(shopId: string, id: string): Promise<string | null> {
  const { rows } = await pool.query<{ content: string | null }>(
    `select jsonb_pretty(content) as content from data_exports where shop_id = $1 and id = $3 and ${IS_KEPT}`,
    [shopId, env.KEEP_DATA_EXPORTS_DAYS, id],
  )
  return rows[0]?.content ?? null
}

/** Those that no job has put together, perhaps because its attempts are used up. Over all shops. */
export async function unpreparedExports(client: Pool): Promise<{ shopId: string; exportId: string }[]> {
  const { rows } = await client.query<{ shopId: string; exportId: string }>(
    'select shop_id as "shopId", id as "exportId" from data_exports where ready_at is null order by id',
  )
  return rows
}

/** Of the person; of somebody without a customer record by what their request named. */
const IS_OF = `shop_id = $1 and (
  customer_id = $2
  or (customer_id is null and (
    asked -> 'orderIds' ?| $3::text[] or lower(asked ->> 'email') = any ($4::text[]) or asked ->> 'phone' = any ($5::text[])
  ))
)`
const personOf = (shopId: string, { customerId, orderIds, emails, phones }: FoundPerson) => [
  ...[shopId, customerId],
  ...[orderIds, emails, phones],
]

export async function deleteExportsOf(client: PoolClient, shopId: string, person: FoundPerson): Promise<number> {
  const { rowCount } = await client.query(`delete from data_exports where ${IS_OF}`, personOf(shopId, person))
  return rowCount ?? 0
}

export async function countExportsOf(client: PoolClient, shopId: string, person: FoundPerson): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from data_exports where ${IS_OF}`,
    personOf(shopId, person),
  )
  return rows[0]!.count
}
