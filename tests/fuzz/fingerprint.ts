/** What is in the database, in short: a count and a hash of all rows of each table. */
import { pool } from '~/db.server'
import { SHOP_TABLES } from '~/compliance/shop-tables'

export type Fingerprint = Readonly<Record<string, string>>

/** Refused requests are counted, in the name of the shop that they claim to be from. */
const COUNTS = 'webhook_refusals'

async function read(tables: readonly string[], where: string, values: unknown[] = []): Promise<Fingerprint> {
  const parts = tables.map(
    (table) =>
      `select '${table}' as name, count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as print
       from "${table}" as t where ${where}`,
  )
  const { rows } = await pool.query<{ name: string; print: string }>(parts.join(' union all '), values)
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]))
}

/** All tables of the app; pg-boss's own have a schema of their own. */
export async function fingerprint(): Promise<Fingerprint> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> $1
     order by relname`,
    [COUNTS],
  )
  return read(
    rows.map(({ name }) => name),
    'true',
  )
}

export async function fingerprintOfShop(shopId: string): Promise<Fingerprint> {
  const tables = SHOP_TABLES.filter((table) => table !== COUNTS)
  const [rows, shop] = await Promise.all([read(tables, 'shop_id = $1', [shopId]), read(['shops'], 'id = $1', [shopId])])
  return { ...rows, ...shop }
}
