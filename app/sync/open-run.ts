/** How a run by pages begins: what time it is at Shopify, how much there is to read, and the first page of it. */
import type { Resource } from '../resources/resource'
import { openBooks } from './books'
import type { Checkpoint } from './checkpoint'
import { FIRST_PAGE } from './page-size'
import type { Counted, Instant, SourceOpening, SourcePage, SourcePort } from './ports'
import { isMoreThan, splitWindow } from './split-window'
import { takePage } from './take-page'
import {
  countFilter,
  filterPrecision,
  listFilter,
  type Range,
  type Window,
  windowFor,
  windowOfRange,
  windowStart,
} from './window'

export interface Start {
  checkpoint: Checkpoint
  /**
   * The first page, if it came with the counts, and `all`, if everything was counted. Null where a run goes on from a
   * checkpoint.
   */
  opening: (SourcePage & { size: number; all: Counted | null }) | null
}

/** Not begun. `tooManySince`: from where changes would have been read, or null. */
export interface TooMany {
  tooManySince: Instant | null
}

export interface OpenPorts {
  source: SourcePort
  kindOf: (error: unknown) => string | null
}

export interface Wish {
  resource: Resource
  force: boolean
  /** So many records of everything, or of a range, or more, are not begun to be read. */
  mostByPages: number
  /** The same of what changed since the watermark, where Shopify's filter for it is exact. */
  mostChangesByPages: number
  /** A window with more records is split. */
  largestWindow: number
}

/** What changed since the watermark, or everything, in one request unless there is too much for one run. */
export async function openRun(wish: Wish, ports: OpenPorts, watermark: Date | null): Promise<Start | TooMany> {
  const { resource, force, largestWindow } = wish
  const from = windowStart(resource, watermark, force)
  const filter = listFilter(resource, { by: 'updated_at', from, to: null })
  const opening = await inSmallerPages(FIRST_PAGE, ports, (size) => ports.source.open(resource, filter, size))
  const window = windowFor(resource, watermark, opening.observedAt, force)
  if (opening.matching.count >= mostOf(wish, window)) return { tooManySince: from }
  if (isMoreThan(largestWindow, opening.matching)) {
    const part = await splitRun(wish, window, { watermark: force ? null : watermark, pageSize: opening.size }, ports)
    return isListable(part, wish) ? part : { tooManySince: null }
  }
  const books = openBooks(countOfWindow(resource, window, opening), opening.matching.exact)
  return { checkpoint: { ...window, isSplit: false, cursor: null, pageSize: opening.size, books }, opening }
}

function mostOf({ resource, mostByPages, mostChangesByPages }: Wish, { mode }: Window): number {
  if (mode === 'backfill') return mostByPages
  return resource.filterPrecision === 'second' ? mostChangesByPages : Infinity
}

/**
 * A day is the least of a window where the filter knows no less, and may hold more than one list shows: run after run would
 * come to grief there. A bulk operation of everything brings it. False only where there may be one.
 */
const isListable = ({ checkpoint: { books } }: Start, { largestWindow, mostByPages }: Wish) =>
  mostByPages === Infinity || !isMoreThan(2 * largestWindow, { count: books.said, exact: books.exact })

async function splitRun(
  { resource, largestWindow }: Wish,
  window: Window,
  { watermark, pageSize }: { watermark: Date | null; pageSize: number },
  { source }: OpenPorts,
): Promise<Start> {
  const count = (part: Window) => source.count(resource, countFilter(resource, part))
  const part = await splitWindow({ window, watermark, most: largestWindow }, resource, count)
  const said = await count(part)
  const books = openBooks(said.count, said.exact)
  return { checkpoint: { ...part, isSplit: part.isSplit ?? false, cursor: null, pageSize, books }, opening: null }
}

/** What was created in a range. In three requests, because the list and its count may know the creation by other names. */
export async function openRange(
  { resource, mostByPages }: Wish,
  range: Range,
  ports: OpenPorts,
): Promise<Start | TooMany> {
  const { observedAt } = await ports.source.count(resource, null)
  const window = windowOfRange(range, observedAt)
  const { count, exact } = await ports.source.count(resource, countFilter(resource, window))
  if (count >= mostByPages) return { tooManySince: null }
  const page = await inSmallerPages(FIRST_PAGE, ports, (size) =>
    ports.source.page(resource, listFilter(resource, window), null, size, window.by),
  )
  const books = openBooks(count, exact)
  const checkpoint = { ...window, isSplit: false, cursor: null, pageSize: page.size, books }
  return { checkpoint, opening: { ...page, all: null } }
}

/**
 * What matches the filter, and may lie behind the window's end: what one page shows of that is left out. On further pages
 * it is what was updated in the second that is going on; then the count is a bit high, as an upper bound may be.
 */
function countOfWindow(resource: Resource, window: Window, { matching, hasNextPage, nodes }: SourceOpening): number {
  if (hasNextPage || filterPrecision(resource, window) === 'day') return matching.count
  const { before, after } = takePage({ nodes }, window, new Set())
  return matching.count - before - after
}

/** A page that costs more than Shopify allows is asked for again at half its size. */
export async function inSmallerPages<Page>(
  size: number,
  { kindOf }: Pick<OpenPorts, 'kindOf'>,
  read: (size: number) => Promise<Page>,
) {
  for (; ; size = Math.floor(size / 2)) {
    try {
      return { ...(await read(size)), size }
    } catch (error) {
      if (kindOf(error) !== 'too-dear' || size === 1) throw error
    }
  }
}
