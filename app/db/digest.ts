/**
 * What tells that a record is the one that is stored already: a digest of its row and the exclusive or of its children's,
 * which does not depend on their order, so that PostgreSQL can make it up where children are staged apart from their parents.
 */
import { hash } from 'node:crypto'
import type { CanonicalRecord, MirroredResource, Row } from '../resources/resource'
import { copyLineOf } from './copy-text'

/** What is digested of a record's own row: its time and its columns, as COPY writes them. */
export const rowText = (sourceUpdatedAt: string, line: string) => `${sourceUpdatedAt}\t${line}`

/** What is digested of a child's row. */
export const childText = (id: string, line: string) => `${id}\t${line}`

export const rowDigest = (text: string): string => hash('sha1', text, 'base64')

/** 64 bits, as hexadecimal digits: a bulk result has millions of them, and a Buffer for each costs four times the hash. */
export const childDigest = (text: string): string => hash('sha1', text, 'hex').slice(0, 16)

/** Of a whole record: every column, every child. */
export function createDigest(resource: MirroredResource): (record: CanonicalRecord) => string {
  const lineOf = copyLineOf(resource.table.columns)
  const children = resource.children.map(({ name, columns }) => ({ name, lineOf: copyLineOf(columns) }))
  return ({ sourceUpdatedAt, fields, children: lists }) => {
    let all = 0n
    for (const { name, lineOf } of children) {
      const rows = new Map(lists[name]?.map((row: Row) => [row.id as string, row]))
      for (const [id, row] of rows) all ^= BigInt(`0x${childDigest(childText(id, lineOf(row)))}`)
    }
    return `${rowDigest(rowText(sourceUpdatedAt, lineOf(fields)))}.${BigInt.asIntN(64, all)}`
  }
}
