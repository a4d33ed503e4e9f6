/**
 * Orders and checkouts of erased people, by their ids: by them what comes late, and names no customer, is known to be about
 * somebody who has been erased, also where the copy never had it, and where the person has no customer record.
 */
import type { PoolClient } from 'pg'
import { prepared } from '~/db/prepared'
import type { Statements } from '~/db/statements'
import type { OwnedRecord } from './concerned-customer'

/** `shop`: its id or its domain. */
interface Place {
  shop: string
  record: OwnedRecord
}

// Each by its key: the inbox, which plans for any values and reads no table from its beginning to its end, has no other plan.
const isKnown = (shopId: string) => `cross join lateral (
    select from erased_records as known
    where known.shop_id = ${shopId} and known.resource = named.resource and known.record_id = named.id
    limit 1
  ) as known`
const BY_SHOP = `select named.shop, named.resource, named.id
  from unnest($1::bigint[], $2::text[], $3::bigint[]) as named (shop, resource, id)
  ${isKnown('named.shop')}`
const BY_DOMAIN = `select named.shop, named.resource, named.id
  from unnest($1::text[], $2::text[], $3::bigint[]) as named (shop, resource, id)
  join shops on shops.domain = named.shop
  ${isKnown('shops.id')}`

export async function rememberErased(
  client: PoolClient,
  shopId: string,
  resource: OwnedRecord['resource'],
  ids: readonly string[],
): Promise<void> {
  await client.query(
    `insert into erased_records (shop_id, resource, record_id)
     select distinct $1::bigint, $2, id from unnest($3::bigint[]) as erased (id)
     on conflict do nothing`,
    [shopId, resource, ids],
  )
}

/** Tells of each of these records whether it was of somebody who has been erased. One look-up for all. */
export const erasedRecords = (client: Statements, places: readonly Place[]) => erasedAmong(client, BY_SHOP, places)

/** The same where it is not known yet which shop has the domain, if any has. */
export const erasedRecordsByDomain = (client: Statements, places: readonly Place[]) =>
  erasedAmong(client, BY_DOMAIN, places)

async function erasedAmong(
  client: Statements,
  sql: string,
  places: readonly Place[],
): Promise<(place: Place) => boolean> {
  if (places.length === 0) return () => false
  const { rows } = await client.query<{ shop: string } & OwnedRecord>(
    prepared(sql, [
      places.map(({ shop }) => shop),
      places.map(({ record }) => record.resource),
      places.map(({ record }) => record.id),
    ]),
  )
  const erased = new Set(rows.map(({ shop, ...record }) => keyOf({ shop, record })))
  return (place) => erased.has(keyOf(place))
}

const keyOf = ({ shop, record: { resource, id } }: Place) => `${shop} ${resource} ${id}`
