/** How long a span of deliveries is counted at once, so that it takes the database no longer than a moment. */

export const FIRST_SLICE_MS = 5 * 60_000
const SHORTEST_MS = 10_000
/** Each shop costs a look into the index, however short the slice is: where they are many, short ones are nothing but that. */
const SHORTEST_MS_PER_SHOP = 20
const LONGEST_MS = 3_600_000

const SHORT_MOMENT_MS = 8
const MOMENT_MS = 25

/** Of the next slice, when one of `lengthMs` of so many shops took `tookMs`. */
export function nextSliceLength(lengthMs: number, tookMs: number, shops: number): number {
  if (tookMs < SHORT_MOMENT_MS) return Math.min(lengthMs * 2, LONGEST_MS)
  if (tookMs <= MOMENT_MS) return lengthMs
  const shortestMs = Math.min(Math.max(SHORTEST_MS, shops * SHORTEST_MS_PER_SHOP), LONGEST_MS)
  return Math.max(lengthMs / 2, shortestMs)
}
