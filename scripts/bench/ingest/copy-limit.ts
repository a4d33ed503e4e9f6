import { createReadStream, createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

/** A file with a table's rows, in the order of the key, as COPY reads them. */
export type Exported = { table: string; path: string }

export async function exportRows(client: pg.Client, tables: readonly string[], folder: string): Promise<Exported[]> {
  const exported = tables.map((table) => ({ table, path: join(folder, `${table}.copy`) }))
  for (const { table, path } of exported) {
    const rows = client.query(copyTo(`copy (select * from ${table} order by shop_id, id) to stdout`))
    await pipeline(rows, createWriteStream(path))
  }
  return exported
}

/** Stores the rows by COPY into the empty tables, one after the other, each committed. Milliseconds. */
export async function copyAgain(client: pg.Client, exported: readonly Exported[]): Promise<number> {
  const begun = performance.now()
  for (const { table, path } of exported) {
    const file = createReadStream(path, { highWaterMark: 1 << 20 })
    await pipeline(file, client.query(copyFrom(`copy ${table} from stdin`)))
  }
  return performance.now() - begun
}
