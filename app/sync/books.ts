/**
 * The books of a run: what Shopify said there was, what was read, and what became of it.
 *
 * While a run reads, records can only leave its window [from, to): by being updated, which moves them behind `to` where
 * they are read as well, or by being deleted. So what was read inside the window lies between what Shopify counted at
 * the start and at the end. Anything else means that a page came short, and the run has failed. Where the filter knows
 * only days, the count includes what lies outside the window, and all that was read is held against it.
 */
import type { Resource } from '../resources/resource'

export interface Books {
  /** Shopify's count of the window before reading. */
  said: number
  /** Its count after reading, asked for when the first does not agree with what was read. */
  saidAfter: number | null
  /** False when a count was only a lower bound: Shopify counts no further than it likes. */
  exact: boolean
  /** Distinct records, before the window, inside it and behind its end. */
  before: number
  inside: number
  after: number
  /** Newer versions of records that an earlier page had shown. */
  again: number
  /** Those of `after` that a process may have counted which ended before this one: it took with it what it had seen. */
  maybeAgain: number
  written: number
  unchanged: number
  /** By reason. */
  skipped: Record<string, number>
}

export function openBooks(said: number, exact = true): Books {
  const read = { before: 0, inside: 0, after: 0, again: 0, maybeAgain: 0 }
  return { said, saidAfter: null, exact, ...read, written: 0, unchanged: 0, skipped: {} }
}

/** Everything that was read, repeated reads included. */
export const readIn = (books: Books) => books.before + books.inside + books.after + books.again

/** What has to agree with Shopify's count. */
export function countedIn(
  books: Pick<Books, 'before' | 'inside' | 'after'>,
  { filterPrecision }: Pick<Resource, 'filterPrecision'>,
): number {
  return filterPrecision === 'day' ? books.before + books.inside + books.after : books.inside
}

export const skippedIn = (books: Books) => Object.values(books.skipped).reduce((sum, count) => sum + count, 0)

/** Null when the books balance, otherwise what does not. */
export function imbalance(books: Books, resource: Pick<Resource, 'filterPrecision'>): string | null {
  const counted = countedIn(books, resource)
  const bounds = [books.said, books.saidAfter ?? books.said]
  const most = books.exact ? Math.max(...bounds) : Infinity
  const fewestCounted = resource.filterPrecision === 'day' ? counted - books.maybeAgain : counted
  if (counted < Math.min(...bounds) || fewestCounted > most) {
    return `Shopify counted ${[...new Set(bounds)].join(', then ')} records, but ${counted} were read`
  }
  const settled = books.written + books.unchanged + skippedIn(books)
  return settled === readIn(books) ? null : `${readIn(books)} records were read, but ${settled} accounted for`
}
