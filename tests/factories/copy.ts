/** The copy as tests write and read it. */
import { copyPort } from '~/db/copy.server'
import { inTransaction } from '~/transaction.server'
import { pool } from '~/db.server'
import type { Channel, MirroredResource } from '~/resources/resource'
import { type Ingested, ingest } from '~/sync/ingest'
import type { ObservedDeletion, ObservedRecord, SetAside } from '~/sync/ports'
import { target } from './records.ts'

export interface Written {
  records?: readonly ObservedRecord[]
  deletions?: readonly ObservedDeletion[]
  unreadable?: readonly SetAside[]
  channel?: Channel
  resource?: MirroredResource
}

/** One ingest in one transaction of its own. */
export function write(shopId: string, { records = [], channel, resource, ...rest }: Written): Promise<Ingested> {
  return inTransaction(pool, (client) =>
    ingest(copyPort(client), { target: target(shopId, channel, resource), records, ...rest }),
  )
}

export type StoredRow = Record<string, unknown> & { id: string }

/** Columns that hold ids: as text, because a JavaScript number loses their digits. */
const IDS = ['id', 'order_id', 'product_id', 'variant_id', 'customer_id']

/** All rows of the shop in id order, tombstones included; times as ISO text, with where each row lies (`xmin`, `ctid`). */
export async function rowsOf(shopId: string, table: string): Promise<StoredRow[]> {
  const { rows } = await pool.query<{ row: StoredRow; place: string }>(
    `select (select jsonb_object_agg(key, case when key = any ($2) and value <> 'null' then to_jsonb(value #>> '{}') else value end)
         from jsonb_each(to_jsonb(stored))) as row,
       stored.xmin::text || ' ' || stored.ctid::text as place
     from ${table} as stored where shop_id = $1 order by stored.id`,
    [shopId, IDS],
  )
  return rows.map(({ row, place }) => ({ ...row, place }))
}

export async function rowOf(shopId: string, table: string, id: string): Promise<StoredRow | undefined> {
  return (await rowsOf(shopId, table)).find((row) => row.id === id)
}
