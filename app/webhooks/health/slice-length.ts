/** How long a span of deliveries is counted at once, so that it takes the database no longer than a moment. */

export const FIRST_SLICE_MS = 5 * 60_000
const SHORTEST_MS = 10_000
const LONGEST_MS = 3_600_000

const SHORT_MOMENT_MS = 8
const MOMENT_MS = 25

/** Of the next slice, when one of `lengthMs` took `tookMs`. */
export function nextSliceLength(lengthMs: number, tookMs: number): number {
  if (tookMs > MOMENT_MS) return Math.max(lengthMs / 2, SHORTEST_MS)
  return tookMs < SHORT_MOMENT_MS ? Math.min(lengthMs * 2, LONGEST_MS) : lengthMs
}
