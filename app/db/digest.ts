/**
 * What tells that a record is the one that is stored already: a digest of its row and the exclusive or of its children's,
 * which does not depend on their order, so that PostgreSQL can make it up where children are staged apart from their parents.
 */
import { hash } from 'node:crypto'
import type { CanonicalRecord, ChildTable, ColumnType, MirroredResource, Row } from '../resources/resource'
import { copyLineOf } from './copy-text'

/** What is digested of a record's own row: its time and its columns, as COPY writes them. */
export const rowText = (sourceUpdatedAt: string, line: string) => `${sourceUpdatedAt}\t${line}`

/** What is digested of a child's row. */
export const childText = (id: string, line: string) => `${id}\t${line}`

export const rowDigest = (text: string): string => hash('sha1', text, 'base64')

/** 64 bits, as hexadecimal digits: a bulk result has millions of them, and a Buffer for each costs four times the hash. */
export const childDigest = (text: string): string => hash('sha1', text, 'hex').slice(0, 16)

type Columns = Readonly<Record<string, ColumnType>>

const pick = (columns: Columns, isWanted: (column: string) => boolean): Columns =>
  Object.fromEntries(Object.entries(columns).filter(([column]) => isWanted(column)))

/** Columns that a child keeps when the source forgets them. They do not tell whether a record has changed. */
export const keptColumns = ({ columns, keepsKnown }: ChildTable) =>
  pick(columns, (column) => keepsKnown.includes(column))

/** The others. */
export const digestedColumns = ({ columns, keepsKnown }: ChildTable) =>
  pick(columns, (column) => !keepsKnown.includes(column))

/** Of a whole record: every column, every child. */
export function createDigest(resource: MirroredResource): (record: CanonicalRecord) => string {
  const lineOf = copyLineOf(resource.table.columns)
  const children = resource.children.map((child) => ({ name: child.name, lineOf: copyLineOf(digestedColumns(child)) }))
  return ({ sourceUpdatedAt, fields, children: lists }) => {
    let all = 0n
    for (const { name, lineOf } of children) {
      const rows = new Map(lists[name]?.map((row: Row) => [row.id as string, row]))
      for (const [id, row] of rows) all ^= BigInt(`0x${childDigest(childText(id, lineOf(row)))}`)
    }
    return `${rowDigest(rowText(sourceUpdatedAt, lineOf(fields)))}.${BigInt.asIntN(64, all)}`
  }
}
