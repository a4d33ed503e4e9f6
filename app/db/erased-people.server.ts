/**
 * What is read from Shopify may be older than a customers/redact, and may be stored after it. A person who was erased does not
 * come back by that: neither as a customer, which the merge sees to, nor with an order or a checkout.
 */
import type { Pool, PoolClient } from 'pg'
import { erasedCustomers } from '~/compliance/erased-customers.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS, withoutPerson } from '~/compliance/personal-columns'
import type { Resource } from '~/resources/resource'
import type { ObservedRecord, ShopRecords, Writer } from '~/sync/ports'
import { ERASED, name } from './mirror-sql'
import type { StageNames } from './staged-sql'
import type { Statements } from './statements'

const CUSTOMER = 'customer_id'

/** The records, those of erased customers without the person. Deliveries are looked at by the inbox, for all shops at once. */
export async function withoutErased(
  client: Statements,
  { resource, channel }: Writer,
  shops: readonly ShopRecords[],
): Promise<readonly ShopRecords[]> {
  if (channel === 'webhook' || !(CUSTOMER in resource.table.columns)) return shops
  const customerOf = (shopId: string, { record }: ObservedRecord) => {
    const customerId = record.fields[CUSTOMER]
    return { shopId, customerId: typeof customerId === 'string' ? customerId : null }
  }
  const named = shops.flatMap(({ shopId, records }) => records.map((observed) => customerOf(shopId, observed)))
  const isErased = await erasedCustomers(client, named)
  const forget = (shopId: string, observed: ObservedRecord) =>
    isErased(customerOf(shopId, observed))
      ? { ...observed, record: withoutPerson(resource.name, observed.record) }
      : observed
  return shops.map(({ shopId, records }) => ({ shopId, records: records.map((observed) => forget(shopId, observed)) }))
}

/** The same of a bulk load, before it is merged or compared. A load of nothing but ids has no person in it. */
export async function forgetErasedInStage(
  client: Pool | PoolClient,
  shopId: string,
  { name: resource, table, children }: Resource,
  stage: StageNames,
): Promise<void> {
  if (!(CUSTOMER in table.columns)) return
  const theirs = `select parent.id from ${stage.parents} as parent
    join customers on customers.shop_id = $1 and customers.id = parent.${CUSTOMER} and customers.deleted_via = $2`
  const parts = [
    ...children.map((child) => [stage.children(child.name), 'parent_id', PERSONAL_CHILD_COLUMNS[child.name] ?? []]),
    [stage.parents, 'id', PERSONAL_COLUMNS[resource]],
  ] as [string, string, readonly string[]][]
  for (const [staged, key, personal] of parts) {
    if (personal.length === 0) continue
    // The digest is of what Shopify told: it would say that the copy differs, and so does the row.
    await client.query(
      `update ${staged} set digest = null, ${personal.map((column) => `${name(column)} = null`).join(', ')}
       where ${key} in (${theirs})`,
      [shopId, ERASED],
    )
  }
}
