/** What bulk loads of one shop have in the schema `staging`, whether they are going on or were left behind. */
import type { PoolClient } from 'pg'
import { STAGING_SCHEMA } from './staged-sql'

export interface StagedTable {
  /** With its schema, quoted; and the table of its parents, which may be the same. */
  name: string
  parents: string
  /** What was read: orders. */
  resource: string
  /** `parents`, `unreadable` or the name of a child table. */
  part: string
  columns: string[]
}

/** Tables are named after what fills them: `bulk_` and a run, or `reconcile_` and a reconciliation. */
export async function stagedTables(client: PoolClient, shopId: string): Promise<StagedTable[]> {
  const { rows } = await client.query<StagedTable>(
    `select format('%I.%I', nspname, relname) as name, loads.resource, found[3] as part,
       format('%I.%I', nspname, format('%s_%s_parents', found[1], found[2])) as parents,
       array(
         select attname::text from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped
       ) as columns
     from pg_class
     join pg_namespace on pg_namespace.oid = relnamespace
     cross join lateral regexp_match(relname, '^(bulk|reconcile)_(\\d+)_(.+)$') as found
     join (
       select 'bulk' as kind, id, sync_type as resource from sync_logs where shop_id = $1
       union all
       select 'reconcile', id, resource from reconciliations where shop_id = $1
     ) as loads on loads.kind = found[1] and loads.id = found[2]::bigint
     where nspname = $2 and relkind = 'r'
     order by relname`,
    [shopId, STAGING_SCHEMA],
  )
  return rows
}

/** A load that goes on ends with an error. */
export async function dropStagedTables(client: PoolClient, shopId: string): Promise<number> {
  const tables = await stagedTables(client, shopId)
  if (tables.length > 0) await client.query(`drop table ${tables.map(({ name }) => name).join(', ')}`)
  return tables.length
}
