/**
 * Everything that PostgreSQL holds of the app, as text: each row of each table of each schema, whatever tables there will be,
 * and what the planner remembers of their values.
 */
import { pool } from '~/db.server'

export interface DumpedRow {
  table: string
  line: string
}

export async function dump(): Promise<DumpedRow[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', nspname, relname) as name
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'm') and nspname !~ '^(pg_|information_schema$)'
     order by 1`,
  )
  const dumped: DumpedRow[] = []
  for (const { name } of tables) {
    const { rows } = await pool.query<{ line: string }>(
      `select to_json(dumped)::text as line from only ${name} as dumped order by 1`,
    )
    dumped.push(...rows.map(({ line }) => ({ table: name, line })))
  }
  return [...dumped, ...(await statistics())]
}

/** pg_dump can write them too. */
async function statistics(): Promise<DumpedRow[]> {
  const { rows } = await pool.query<DumpedRow>(
    `select format('statistics of %I.%I', tablename, attname) as table,
       concat_ws(' ', most_common_vals, histogram_bounds, most_common_elems) as line
     from pg_stats
     where schemaname !~ '^(pg_|information_schema$)'`,
  )
  return rows
}

/** The forms in which a program may have written a text down, in lower case. */
function formsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  // In base64 three bytes become four characters, so that a text inside another looks different in each of three places.
  const inBase64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return encoded.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3))
  })
  const inJson = JSON.stringify(text).slice(1, -1)
  const inJsonTwice = JSON.stringify(inJson).slice(1, -1)
  const forms = [text, encodeURIComponent(text), inJson, inJsonTwice, bytes.toString('hex'), ...inBase64]
  return [...new Set(forms.map((form) => form.toLowerCase()))]
}

/** Those of the texts that are found, in any form, each with the tables where it is. */
export function tracesIn(rows: readonly DumpedRow[], texts: readonly string[]): Record<string, string[]> {
  const found: Record<string, Set<string>> = {}
  const wanted = texts.map((text) => ({ text, forms: formsOf(text) }))
  for (const { table, line } of rows) {
    const lower = line.toLowerCase()
    for (const { text, forms } of wanted)
      if (forms.some((form) => lower.includes(form))) (found[text] ??= new Set()).add(table)
  }
  return Object.fromEntries(Object.entries(found).map(([text, tables]) => [text, [...tables]]))
}
