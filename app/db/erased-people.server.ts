/**
 * What is read from Shopify may be older than a customers/redact, and may be stored after it. A person who was erased does not
 * come back by that: neither as a customer, which the merge sees to, nor with an order or a checkout.
 */
import type { Pool, PoolClient } from 'pg'
import { erasedCustomers } from '~/compliance/erased-customers.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS, withoutPerson } from '~/compliance/personal-columns'
import type { Resource } from '~/resources/resource'
import type { MergeTarget, ObservedRecord } from '~/sync/ports'
import { ERASED, name } from './mirror-sql'
import type { StageNames } from './staged-sql'

const CUSTOMER = 'customer_id'

/** The records, those of erased customers without the person. Deliveries are looked at by the inbox, for all shops at once. */
export async function withoutErased(
  client: PoolClient,
  { shopId, resource, channel }: MergeTarget,
  records: readonly ObservedRecord[],
): Promise<readonly ObservedRecord[]> {
  if (channel === 'webhook' || !(CUSTOMER in resource.table.columns)) return records
  const customerOf = ({ record }: ObservedRecord) => {
    const customerId = record.fields[CUSTOMER]
    return { shopId, customerId: typeof customerId === 'string' ? customerId : null }
  }
  const isErased = await erasedCustomers(client, records.map(customerOf))
  return records.map((observed) => {
    if (!isErased(customerOf(observed))) return observed
    return { ...observed, record: withoutPerson(resource.name, observed.record) }
  })
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
