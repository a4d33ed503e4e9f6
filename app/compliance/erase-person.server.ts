/** Erases a person from a shop's copy and from the bodies of its deliveries. */
import type { PoolClient } from 'pg'
import type { Instant } from '~/sync/ports'
import { ERASED } from '~/db/mirror-sql'
import { dropHalfRewritten } from '~/db/rewrite-deliveries.server'
import type { Erased } from './compliance-event.server'
import { countRemains } from './count-person.server'
import { deleteExportsOf } from './data-exports.server'
import { eraseFromStaging } from './erase-staged.server'
import { rememberErased } from './erased-records.server'
import type { Person } from './person'
import {
  CONCERNED_DELIVERIES,
  CONCERNED_SET_ASIDE,
  findPerson,
  type FoundPerson,
  idParameters,
  personParameters,
} from './person-rows.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS } from './personal-columns'

/** The redaction: when Shopify asked for it, and the delivery that did. */
export interface Redaction {
  observedAt: Instant
  deliveryId: string
}

/** Inside a transaction that nobody else writes the shop beside. */
export async function erasePerson(
  client: PoolClient,
  shopId: string,
  named: Person,
  redaction: Redaction,
): Promise<Erased> {
  const person = await findPerson(client, shopId, named)
  const rows = {
    customers: await eraseCustomer(client, shopId, person, redaction),
    orders: await eraseFrom('orders', person.orderIds, { client, shopId, redaction }),
    order_refunds: await eraseFromRefunds(client, shopId, person),
    checkouts: await eraseFrom('checkouts', person.checkoutIds, { client, shopId, redaction }),
    set_aside_records: await forgetSetAside(client, shopId, person),
    webhook_deliveries: await eraseBodies(client, shopId, person),
    data_exports: await deleteExportsOf(client, shopId, person),
    staging: await eraseFromStaging(client, shopId, person),
  }
  for (const [resource, ids] of [
    ['orders', person.orderIds],
    ['checkouts', person.checkoutIds],
  ] as const)
    await rememberErased(client, shopId, resource, ids)
  await dropHalfRewritten(client)
  return { rows, remaining: await countRemains(client, shopId, person) }
}

const toNull = (columns: readonly string[]) => columns.map((column) => `${column} = null`).join(', ')

/**
 * Leaves a tombstone, also where there was no row: by it a delivery that comes late is known to concern somebody who has
 * been erased.
 */
async function eraseCustomer(client: PoolClient, shopId: string, { customerId }: FoundPerson, redaction: Redaction) {
  if (customerId === null) return 0
  const { rowCount } = await client.query(
    `insert into customers as copy
       (shop_id, id, observed_at, synced_at, channel, delivery_id, partial, deleted_at, deleted_via)
     values ($1, $2, $3, clock_timestamp(), 'webhook', $4, true, $3, $5)
     on conflict (shop_id, id) do update set
       ${toNull(PERSONAL_COLUMNS.customers)}, digest = null, run_id = null,
       observed_at = greatest(copy.observed_at, excluded.observed_at), synced_at = excluded.synced_at,
       channel = excluded.channel, delivery_id = excluded.delivery_id, partial = true,
       deleted_at = coalesce(copy.deleted_at, excluded.deleted_at), deleted_via = excluded.deleted_via`,
    [shopId, customerId, redaction.observedAt, redaction.deliveryId, ERASED],
  )
  return rowCount ?? 0
}

interface Where {
  client: PoolClient
  shopId: string
  redaction: Redaction
}

/**
 * The order or checkout stays, without the person. Its version counts as seen at the redaction, so that a page of a pull
 * which read the same version before, and is stored after, is known to be older. For newer ones see erased-records.server.ts.
 */
async function eraseFrom(table: 'checkouts' | 'orders', ids: string[], { client, shopId, redaction }: Where) {
  const { rowCount } = await client.query(
    `update ${table} set
       ${toNull(PERSONAL_COLUMNS[table])}, digest = null, run_id = null,
       observed_at = greatest(observed_at, $3::timestamptz), synced_at = clock_timestamp(), channel = 'webhook',
       delivery_id = $4, partial = true
     where shop_id = $1 and id = any ($2::bigint[])`,
    [shopId, ids, redaction.observedAt, redaction.deliveryId],
  )
  return rowCount ?? 0
}

/** What staff wrote about a refund may be about whom it was for. */
async function eraseFromRefunds(client: PoolClient, shopId: string, { orderIds }: FoundPerson) {
  const { rowCount } = await client.query(
    `update order_refunds set ${toNull(PERSONAL_CHILD_COLUMNS.order_refunds ?? [])}, synced_at = clock_timestamp()
     where shop_id = $1 and order_id = any ($2::bigint[])`,
    [shopId, orderIds],
  )
  return rowCount ?? 0
}

async function forgetSetAside(client: PoolClient, shopId: string, person: FoundPerson) {
  const { rowCount } = await client.query(
    `delete from set_aside_records where ${CONCERNED_SET_ASIDE}`,
    idParameters(shopId, person),
  )
  return rowCount ?? 0
}

/** What was still to be applied can't be any more; the next pull brings the orders among it. */
async function eraseBodies(client: PoolClient, shopId: string, person: FoundPerson) {
  const { rowCount } = await client.query(
    `update webhook_deliveries set
       payload = null,
       error = case when state in ('pending', 'dead') then 'the body has been erased by customers/redact' else error end,
       state = case when state = 'pending' then 'ignored' else state end
     where ${CONCERNED_DELIVERIES}`,
    personParameters(shopId, person),
  )
  return rowCount ?? 0
}
