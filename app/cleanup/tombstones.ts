import { ERASED } from '../db/mirror-sql'
import { resources } from '../resources/registry'
import type { MirroredResource, Table } from '../resources/resource'

/** Children before parents. */
export const mirroredTables: readonly Table[] = Object.values<MirroredResource>(resources).flatMap(
  ({ table, children }) => [...children, table],
)

/**
 * Deletes a batch of tombstones older than $1 days behind the key ($2, $3), and gives the last key of the batch. Those that
 * remember an erased person stay for ever: by them a webhook that comes late is known to concern somebody who was erased,
 * and they hold nothing but a number. Only names from the resources' table definitions are put into the text.
 */
export function deleteTombstones({ name, idType = 'bigint' }: Table, batch: number): { sql: string; first: string } {
  const sql = `
    with batch as materialized (
      select shop_id, id from ${name}
      where (shop_id, id) > ($2::bigint, $3::${idType})
        and deleted_at < now() - make_interval(days => $1) and deleted_via is distinct from '${ERASED}'
      order by shop_id, id limit ${batch}
      for update skip locked
    ), deleted as (
      delete from ${name} using batch where ${name}.shop_id = batch.shop_id and ${name}.id = batch.id returning 1
    )
    select shop_id as "shopId", id, (select count(*)::int from deleted) as deleted
    from batch order by shop_id desc, id desc limit 1`
  return { sql, first: idType === 'text' ? '' : '0' }
}
