import { ERASED } from '~/db/mirror-sql'
import { prepared } from '~/db/prepared'
import type { Statements } from '~/db/statements'

interface Concerned {
  shopId: string
  customerId: string | null
}

interface ConcernedOfDomain {
  shopDomain: string
  customerIds: readonly string[]
}

// Both by an index that holds nobody else.
const BY_SHOP = `select shop_id as shop, id
  from customers
  join unnest($1::bigint[], $2::bigint[]) as concerned (shop_id, id) using (shop_id, id)
  where deleted_via = '${ERASED}'`
const BY_DOMAIN = `select concerned.domain as shop, customers.id
  from unnest($1::text[], $2::bigint[]) as concerned (domain, id)
  join shops on shops.domain = concerned.domain
  join customers on customers.shop_id = shops.id and customers.id = concerned.id
  where customers.deleted_via = '${ERASED}'`

/** Tells of each of these customers whether customers/redact has erased them. One look-up for all. */
export async function erasedCustomers(
  client: Statements,
  concerned: readonly Concerned[],
): Promise<(customer: Concerned) => boolean> {
  const isErased = await erasedAmong(
    client,
    BY_SHOP,
    concerned.map(({ shopId, customerId }) => [shopId, customerId]),
  )
  return ({ shopId, customerId }) => isErased(shopId, customerId)
}

/** The same where it is not known yet which shop has the domain, if any has. */
export async function erasedCustomersByDomain(
  client: Statements,
  concerned: readonly ConcernedOfDomain[],
): Promise<(concerned: ConcernedOfDomain) => boolean> {
  const pairs = concerned.flatMap(({ shopDomain, customerIds }) => customerIds.map((id) => [shopDomain, id] as const))
  const isErased = await erasedAmong(client, BY_DOMAIN, pairs)
  return ({ shopDomain, customerIds }) => customerIds.some((id) => isErased(shopDomain, id))
}

async function erasedAmong(client: Statements, sql: string, pairs: readonly (readonly [string, string | null])[]) {
  const named = pairs.filter(([, id]) => id !== null)
  if (named.length === 0) return () => false
  const columns = [named.map(([shop]) => shop), named.map(([, id]) => id)]
  const { rows } = await client.query<{ shop: string; id: string }>(prepared(sql, columns))
  const erased = new Set(rows.map(({ shop, id }) => `${shop} ${id}`))
  return (shop: string, id: string | null) => id !== null && erased.has(`${shop} ${id}`)
}
