/**
 * The JSONL of a bulk operation: a line a record, and a line with `__parentId` for each child. Children may stand anywhere,
 * also before their parent (https://shopify.dev/docs/api/usage/bulk-operations/queries).
 */
import { type CanonicalRecord, type Resource, type Row, UnreadableRecord } from '../resources/resource'

export type BulkLine =
  | { line: 'record'; record: CanonicalRecord }
  | { line: 'child'; table: string; parentId: string; row: Row }
  /** `id`: of the record that cannot be stored, be it for its own line's sake or for a child's. */
  | { line: 'unreadable'; id: string; reason: string }

/** The file is not what Shopify meant to send: cut off, or something else altogether. */
export class BrokenResult extends Error {
  override name = 'BrokenResult'
}

const numericId = (gid: string) => gid.slice(gid.lastIndexOf('/') + 1)

/** Throws BrokenResult for a line that is no JSON object with a gid. */
export function readBulkLine(resource: Resource, text: string): BulkLine {
  const node = parse(text)
  const { id, __parentId: parentId } = node
  if (typeof id !== 'string' || (parentId !== undefined && typeof parentId !== 'string')) {
    throw new BrokenResult('A line of the result has no id.')
  }
  try {
    if (parentId === undefined) return { line: 'record', record: resource.bulk!.fromLine(node as never) }
    const child = resource.bulk!.children[id.split('/')[3] ?? '']
    if (child === undefined) throw new BrokenResult('A line of the result is of a kind that was not asked for.')
    return { line: 'child', table: child.table.name, parentId: numericId(parentId), row: child.fromLine(node) }
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error
    return { line: 'unreadable', id: numericId(parentId ?? id), reason: error.message }
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below, without the line: it holds personal data.
  }
  throw new BrokenResult('A line of the result is not whole.')
}

const NEWLINE = 10

/**
 * Lines of a stream of bytes, many at a time. Throws BrokenResult when the last one has no end: Shopify ends every line.
 */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const part of bytes) {
    const chunk = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part])
    const end = chunk.lastIndexOf(NEWLINE)
    if (end >= 0) yield chunk.toString('utf8', 0, end).split('\n')
    rest = chunk.subarray(end + 1)
  }
  if (rest.length > 0) throw new BrokenResult('The result breaks off in the middle of a line.')
}
