/**
 * What is read from Shopify may be older than a customers/redact, and may be stored after it. A person who was erased does not
 * come back by that: neither as a customer, which the merge sees to, nor with an order or a checkout.
 */
import type { Pool, PoolClient } from 'pg'
import type { OwnedRecord } from '~/compliance/concerned-customer'
import { erasedCustomers } from '~/compliance/erased-customers.server'
import { erasedRecords } from '~/compliance/erased-records.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS, withoutPerson } from '~/compliance/personal-columns'
import type { MirroredResource, Resource } from '~/resources/resource'
import type { ObservedRecord, ShopRecords, Writer } from '~/sync/ports'
import { ERASED, name } from './mirror-sql'
import type { StageNames } from './staged-sql'
import { allOf, type Statements } from './statements'

const CUSTOMER = 'customer_id'

/** Whether its records name a customer. */
const isOwned = (resource: MirroredResource): resource is MirroredResource & { name: OwnedRecord['resource'] } =>
  CUSTOMER in resource.table.columns

/** The records, those of erased customers without the person. Deliveries are looked at by the inbox, for all shops at once. */
export async function withoutErased(
  client: Statements,
  { resource, channel }: Writer,
  shops: readonly ShopRecords[],
): Promise<readonly ShopRecords[]> {
  if (channel === 'webhook' || !isOwned(resource)) return shops
  const customerOf = ({ record }: ObservedRecord) => {
    const customerId = record.fields[CUSTOMER]
    return typeof customerId === 'string' ? customerId : null
  }
  const placeOf = (shop: string, { record: { id } }: ObservedRecord) => {
    return { shop, record: { resource: resource.name, id } }
  }
  const customers = shops.flatMap(({ shopId, records }) =>
    records.map((observed) => ({ shopId, customerId: customerOf(observed) })),
  )
  // A record that was of nobody known, and is another's now, is theirs.
  const ofNobody = shops.flatMap(({ shopId, records }) =>
    records.filter((observed) => customerOf(observed) === null).map((observed) => placeOf(shopId, observed)),
  )
  const [isErasedCustomer, isErasedRecord] = await allOf([
    erasedCustomers(client, customers),
    erasedRecords(client, ofNobody),
  ])
  const forget = (shopId: string, observed: ObservedRecord) => {
    const isErased =
      isErasedCustomer({ shopId, customerId: customerOf(observed) }) || isErasedRecord(placeOf(shopId, observed))
    return isErased ? { ...observed, record: withoutPerson(resource.name, observed.record) } : observed
  }
  return shops.map(({ shopId, records }) => ({ shopId, records: records.map((observed) => forget(shopId, observed)) }))
}

/** The same of a bulk load, before it is merged or compared. A load of nothing but ids has no person in it. */
export async function forgetErasedInStage(
  client: Pool | PoolClient,
  shopId: string,
  resource: Resource,
  stage: StageNames,
): Promise<void> {
  if (!isOwned(resource)) return
  const theirs = `select parent.id from ${stage.parents} as parent
    join customers on customers.shop_id = $1 and customers.id = parent.${CUSTOMER} and customers.deleted_via = $2
    union all
    select parent.id from ${stage.parents} as parent
    join erased_records on shop_id = $1 and resource = $3 and record_id = parent.id
    where parent.${CUSTOMER} is null`
  const parts = [
    ...resource.children.map((child) => [
      stage.children(child.name),
      'parent_id',
      PERSONAL_CHILD_COLUMNS[child.name] ?? [],
    ]),
    [stage.parents, 'id', PERSONAL_COLUMNS[resource.name]],
  ] as [string, string, readonly string[]][]
  for (const [staged, key, personal] of parts) {
    if (personal.length === 0) continue
    // The digest is of what Shopify told: it would say that the copy differs, and so does the row.
    await client.query(
      `update ${staged} set digest = null, ${personal.map((column) => `${name(column)} = null`).join(', ')}
       where ${key} in (${theirs})`,
      [shopId, ERASED, resource.name],
    )
  }
}
