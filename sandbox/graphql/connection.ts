import type { Id } from '../model.ts'
import { badRequest } from './errors.ts'
import { compareIds } from './ids.ts'

const MAX_PAGE_SIZE = 250

export type SortValue = string | number

/** How a connection is ordered: by a value, and by id where values are equal. `name` is the sort key's. */
export interface SortOrder<T> {
  name: string
  value(record: T): SortValue
  id(record: T): Id
}

export interface ConnectionArguments {
  first?: number | null
  last?: number | null
  after?: string | null
  before?: string | null
  reverse?: boolean | null
  /** Everything, on one page: never an argument of a query, but of those who read in bulk. */
  all?: true
}

/** One page, as the fields of a connection type are resolved from. */
export interface Page<T> {
  nodes: T[]
  cursorOf(record: T): string
  /** Of the first and the last record, null when the page has none. */
  startCursor(): string | null
  endCursor(): string | null
  hasNextPage: boolean
  hasPreviousPage: boolean
}

interface Position {
  value: SortValue
  id: Id
}

/**
 * The page that the arguments ask for. `records` are in the order of `order`, reversed if the arguments say so. A
 * cursor holds a place in the order rather than a record, so that paging goes on after a record changed or went away.
 */
export function pageOf<T>(records: readonly T[], order: SortOrder<T>, given: ConnectionArguments): Page<T> {
  if (!given.all) checkSize(given)
  const direction = given.reverse ? -1 : 1
  const placeOf = (position: Position, includeEqual: boolean) =>
    firstIndex(records, (record) => {
      const compared = direction * comparePositions({ value: order.value(record), id: order.id(record) }, position)
      return includeEqual ? compared >= 0 : compared > 0
    })
  const from = given.after ? placeOf(readCursor(given.after, order), false) : 0
  const to = given.before ? Math.max(from, placeOf(readCursor(given.before, order), true)) : records.length
  const start = given.last != null && given.first == null ? Math.max(from, to - given.last) : from
  const end = given.first != null ? Math.min(to, from + given.first) : to
  const nodes = records.slice(start, end)
  const cursorAt = (index: number) => (nodes.length > 0 ? writeCursor(nodes.at(index) as T, order) : null)
  return {
    nodes,
    cursorOf: (record) => writeCursor(record, order),
    startCursor: () => cursorAt(0),
    endCursor: () => cursorAt(-1),
    hasNextPage: end < records.length,
    hasPreviousPage: start > 0,
  }
}

/** Ascending by value, then by id. */
export function sortRecords<T>(records: Iterable<T>, order: SortOrder<T>): T[] {
  return Array.from(records, (record) => ({ record, position: { value: order.value(record), id: order.id(record) } }))
    .sort((a, b) => comparePositions(a.position, b.position))
    .map((keyed) => keyed.record)
}

function comparePositions(a: Position, b: Position): number {
  if (a.value === b.value) return compareIds(a.id, b.id)
  return a.value < b.value ? -1 : 1
}

function checkSize({ first, last }: ConnectionArguments): void {
  if (first == null && last == null) throw badRequest('you must provide one of first or last')
  if (first != null && last != null) throw badRequest('providing both first and last is not supported')
  const [name, size] = first != null ? ['first', first] : ['last', last ?? 0]
  if (size > MAX_PAGE_SIZE) throw badRequest(`${name} cannot exceed ${MAX_PAGE_SIZE}`)
  if (size < 0) throw badRequest(`${name} must be non-negative`)
}

function writeCursor<T>(record: T, order: SortOrder<T>): string {
  const place = { last_id: order.id(record), last_value: order.value(record), sort: order.name }
  return Buffer.from(JSON.stringify(place)).toString('base64')
}

function readCursor<T>(cursor: string, order: SortOrder<T>): Position {
  const place = parseJson(Buffer.from(cursor, 'base64').toString('utf8'))
  if (!place) throw badRequest(`'${cursor}' is not a valid cursor`)
  const { last_id: id, last_value: value, sort } = place
  if (sort !== order.name || typeof id !== 'string' || (typeof value !== 'string' && typeof value !== 'number'))
    throw badRequest('Invalid cursor for current pagination sort.')
  return { id, value }
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null
  } catch {
    return null
  }
}

/** The first index whose record passes; passing must be monotonic. */
function firstIndex<T>(records: readonly T[], passes: (record: T) => boolean): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (passes(records[middle] as T)) high = middle
    else low = middle + 1
  }
  return low
}
