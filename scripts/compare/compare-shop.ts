/**
 * Holds every field of every row of a shop's copy against the shop itself. It reads the shop's records, not its API, and
 * shares nothing with the app: what both had wrong in the same way would not be seen.
 */
import type { ClientBase } from 'pg'
import type { ShopStore } from '../../sandbox/contract.ts'
import type { Text } from './column.ts'
import type { ComparedTable, Expected } from './compared-table.ts'
import { customers } from './customers.ts'
import { carts, checkouts } from './checkouts.ts'
import { lineItems, orders } from './orders.ts'
import { refunds, transactions } from './payments.ts'
import { products, variants } from './products.ts'

/** A row that is not as it must be. It names the place, never the value: values may be somebody's name or address. */
export interface Example {
  table: string
  id: string
  /** The columns that differ, or what is wrong with the row as a whole. */
  what: string
}

/** In rows; `different` counts a row once, however many of its columns differ. */
export interface TableComparison {
  table: string
  inShop: number
  inCopy: number
  missing: number
  extra: number
  different: number
  /** Rows that say of themselves, by `partial`, that a pull has to complete them. */
  partial: number
  /** The first five. */
  examples: Example[]
}

export interface Comparison {
  tables: TableComparison[]
  isInLockstep: boolean
}

const mostExamples = 5

type Row = { id: string } & Record<string, Text>

export const comparedTables: readonly ComparedTable[] = [
  ...[products, variants, customers],
  ...[orders, lineItems, refunds, transactions],
  ...[checkouts, carts],
]

export interface CompareOptions {
  /**
   * As long as no pull has come by: rows that are marked as partial may be behind in the columns that webhooks do not
   * carry, and only in these. Default: no row may be partial.
   */
  beforePull?: boolean
}

/** Compares one shop's live rows, all tables as of the same moment. A shop that the copy does not know has none. */
export async function compareShop(
  client: ClientBase,
  shop: ShopStore,
  { beforePull = false }: CompareOptions = {},
): Promise<Comparison> {
  await client.query('begin transaction isolation level repeatable read read only')
  try {
    const tables: TableComparison[] = []
    for (const table of comparedTables) {
      const rows = await liveRows(client, table, shop.shop.domain)
      tables.push(compareRows(table, table.expected(shop), rows, beforePull))
    }
    const isInLockstep = tables.every(({ missing, extra, different }) => missing + extra + different === 0)
    return { tables, isInLockstep }
  } finally {
    await client.query('rollback')
  }
}

async function liveRows(client: ClientBase, { name, columns }: ComparedTable, domain: string): Promise<Row[]> {
  const values = Object.entries(columns).map(([column, { select }]) => `${select(`copy.${column}`)} as ${column}`)
  const { rows } = await client.query<Row>(
    `select copy.id::text as id, ${values.join(', ')}
     from ${name} as copy join shops on shops.id = copy.shop_id
     where shops.domain = $1 and copy.deleted_at is null
     order by copy.id`,
    [domain],
  )
  return rows
}

function compareRows(
  table: ComparedTable,
  records: ReadonlyMap<string, Expected>,
  rows: Row[],
  beforePull: boolean,
): TableComparison {
  const counts = { missing: 0, extra: 0, different: 0 }
  const examples: Example[] = []
  function note(kind: keyof typeof counts, id: string, what: string): void {
    counts[kind] += 1
    if (examples.length < mostExamples) examples.push({ table: table.name, id, what })
  }

  const required = [...records].filter(([, { isRequired }]) => isRequired).map(([id]) => id)
  const missing = new Set(required)
  for (const row of rows) {
    missing.delete(row.id)
    const expected = records.get(row.id)
    if (expected === undefined) {
      if (table.isListed) note('extra', row.id, 'not in the shop')
      continue
    }
    if (!expected.isRequired && isOlder(table, expected, row)) continue
    const mayWait = beforePull ? isPartial(row) || table.byPullAlone : !expected.isRequired && isPartial(row)
    const differing = differingColumns(table, expected, row, mayWait)
    if (differing.length > 0) note('different', row.id, differing.join(', '))
  }
  if (!(beforePull && table.byPullAlone)) for (const id of missing) note('missing', id, 'not in the copy')
  const partial = table.isListed ? rows.filter(isPartial).length : 0
  return { table: table.name, inShop: required.length, inCopy: rows.length, ...counts, partial, examples }
}

/** Whether the row is of an earlier version than the shop's: all that is known where nothing is listed. */
function isOlder({ columns }: ComparedTable, expected: Expected, row: Row): boolean {
  const updatedAt = row['source_updated_at'] ?? null
  const [newest] = expected.accepted('source_updated_at')
  const canonical = columns['source_updated_at']?.canonical
  return updatedAt !== null && newest != null && canonical !== undefined && canonical(updatedAt) < newest
}

const isPartial = (row: Row) => row['partial'] === 'true'

function differingColumns({ columns }: ComparedTable, expected: Expected, row: Row, mayWait: boolean): string[] {
  return Object.entries(columns).flatMap(([column, { canonical, isReordered }]) => {
    if (mayWait && expected.needsPull(column)) return []
    if (isPartial(row) && expected.needsWebhook(column)) return []
    const text = row[column] ?? null
    const value = text === null ? null : canonical(text)
    const right = expected.accepted(column)
    if (right.includes(value)) return []
    const reordered = right.some((one) => one !== null && value !== null && isReordered?.(one, value))
    return [reordered ? `${column} (in another order)` : column]
  })
}
