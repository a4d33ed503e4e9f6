import type { PoolClient } from 'pg'
import { resources } from '~/resources/registry'

export interface Counts {
  records: number
  children: number | null
}

const numberOf = (table: string) => `(select count(*) from ${table} where shop_id = $1 and deleted_at is null)::int`

// Only the names of the resources' tables are put into the text.
const countsSql = Object.values(resources)
  .map(({ name, table, children: [child] }) => {
    const children = child === undefined ? 'null::int' : numberOf(child.name)
    return `select '${name}' as resource, ${numberOf(table.name)} as records, ${children} as children`
  })
  .join('\nunion all\n')

/** How many records and children of each resource the copy has, deleted ones left out. */
export async function readCounts(client: PoolClient, shopId: string): Promise<Map<string, Counts>> {
  const { rows } = await client.query<Counts & { resource: string }>(countsSql, [shopId])
  return new Map(rows.map(({ resource, ...counts }) => [resource, counts]))
}

/** Records that could not be stored: how many of each resource, and the newest reason. */
export async function readSetAside(
  client: PoolClient,
  shopId: string,
): Promise<Map<string, { count: number; reason: string }>> {
  const { rows } = await client.query<{ resource: string; count: number; reason: string }>(
    `select resource, count(*)::int as count, (array_agg(reason order by updated_at desc, record_id))[1] as reason
     from set_aside_records
     where shop_id = $1
     group by resource`,
    [shopId],
  )
  return new Map(rows.map(({ resource, count, reason }) => [resource, { count, reason }]))
}
