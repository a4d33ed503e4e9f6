/**
 * What tells that a record is the one that is stored already: a digest of its row and the exclusive or of its children's,
 * which does not depend on their order, so that PostgreSQL can make it up where children are staged apart from their parents.
 */
import { hash } from 'node:crypto'
import type { CanonicalRecord, MirroredResource, Row } from '../resources/resource'
import { copyLineOf } from './copy-text'

/** Of a record's own row, as COPY writes it. */
export function rowDigest(sourceUpdatedAt: string, line: string): string {
  return hash('sha1', `${sourceUpdatedAt}\t${line}`, 'base64')
}

/** Of a child's row: 64 bits, signed. */
export function childDigest(id: string, line: string): bigint {
  return hash('sha1', `${id}\t${line}`, 'buffer').readBigInt64BE(0)
}

export const joinDigests = (row: string, children: bigint) => `${row}.${children}`

/** Of a whole record: every column, every child. */
export function createDigest(resource: MirroredResource): (record: CanonicalRecord) => string {
  const lineOf = copyLineOf(resource.table.columns)
  const children = resource.children.map(({ name, columns }) => ({ name, lineOf: copyLineOf(columns) }))
  return ({ sourceUpdatedAt, fields, children: lists }) => {
    let all = 0n
    for (const { name, lineOf } of children) {
      const rows = new Map(lists[name]?.map((row: Row) => [row.id as string, row]))
      for (const [id, row] of rows) all ^= childDigest(id, lineOf(row))
    }
    return joinDigests(rowDigest(sourceUpdatedAt, lineOf(fields)), all)
  }
}
