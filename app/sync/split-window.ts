/**
 * Windows with more records than one list can be paged through are split: the run reads the older part, and the next one,
 * which follows at once, goes on from there.
 */
import type { Resource } from '../resources/resource'
import type { Counted } from './ports'
import type { Window } from './window'

/** Shopify pages through at most 25,000 records of one list (https://shopify.dev/docs/api/usage/limits). */
export const LARGEST_WINDOW = 10_000

/** A count that is only a lower bound may stop at the very number that is asked about. */
export const isMoreThan = (most: number, { count, exact }: Counted) => (exact ? count > most : count >= most)

/** Shopify has no records from before. */
const FIRST_INSTANT_MS = Date.UTC(2004, 0, 1)
const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * The older part of a window that holds more than `most` records: some beyond the watermark, but no more than that, unless
 * so many were updated at once that nothing smaller is worth a run.
 *
 * @param countOf how many records were updated in a part of the window
 */
export async function splitWindow(
  { window, watermark, most }: { window: Window; watermark: Date | null; most: number },
  resource: Pick<Resource, 'filterPrecision' | 'lookbackMinutes'>,
  countOf: (part: Window) => Promise<Counted>,
): Promise<Window> {
  const smallestMs = smallestPartMs(resource)
  const upTo = (ms: number): Window => ({ ...window, to: new Date(ms).toISOString(), isSplit: true })
  // A part that ends where the copy stands would bring it no further.
  let low = window.from === null || watermark === null ? FIRST_INSTANT_MS : watermark.getTime()
  let high = Date.parse(window.to)
  let found: Window | null = null
  while (high - low > smallestMs) {
    const middle = Math.ceil((low + high) / 2 / SECOND_MS) * SECOND_MS
    if (middle >= high) break
    const counted = await countOf(upTo(middle))
    if (isMoreThan(most, counted)) high = middle
    else {
      low = middle
      if (counted.count > 0) found = upTo(middle)
      if (counted.count > most / 4) break
    }
  }
  return found ?? (high < Date.parse(window.to) ? upTo(high) : window)
}

/** The next window reaches back by the lookback, so a much smaller part would be read many times over. */
const smallestPartMs = ({ filterPrecision, lookbackMinutes }: Pick<Resource, 'filterPrecision' | 'lookbackMinutes'>) =>
  filterPrecision === 'day' ? DAY_MS : (lookbackMinutes * MINUTE_MS) / 5
