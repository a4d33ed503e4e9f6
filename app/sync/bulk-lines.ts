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
 * Whole lines of a stream of bytes, many at a time. Shopify ends every line, but a last one without its end is passed on as
 * well: one that was cut off is no JSON, and how many lines there have to be is known from elsewhere.
 */
export async function* blocksOfLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const part of bytes) {
    const block = rest.length === 0 ? Buffer.from(part) : Buffer.concat([rest, part])
    const end = block.lastIndexOf(NEWLINE) + 1
    if (end > 0) yield block.subarray(0, end)
    rest = block.subarray(end)
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.of(NEWLINE)])
}

/** The lines of a block, each read when its turn comes: what was read before it is no longer in memory. */
export function* readBulkLines(resource: Resource, block: Buffer): Generator<BulkLine> {
  for (let start = 0; start < block.length;) {
    const end = block.indexOf(NEWLINE, start)
    yield readBulkLine(resource, block.toString('utf8', start, end))
    start = end + 1
  }
}
