/**
 * Histograms of milliseconds in exponential buckets: each begins where the one before it ends, at √2 times its beginning,
 * from 1 ms to a day. Two are merged by adding them bucket by bucket, and a percentile of the sum is never off by more than
 * its bucket is wide; averages or percentiles of hours could not be merged at all.
 */

/** Where the second bucket begins, and the third, and so on; the first begins at zero, the last has no end. */
export const BUCKET_STARTS_MS: readonly number[] = Array.from({ length: 54 }, (_, index) => Math.SQRT2 ** index)

export const BUCKETS = BUCKET_STARTS_MS.length + 1

/** By bucket, how many. Empty, or as long as BUCKETS. */
export type Histogram = readonly number[]

export interface Percentiles {
  /** How many were measured. */
  count: number
  /** Null where nothing was measured. Never off by more than the factor √2. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
}

export function percentilesOf(histogram: Histogram): Percentiles {
  const count = histogram.reduce((sum, inBucket) => sum + inBucket, 0)
  const at = (fraction: number) => percentileMs(histogram, count, fraction)
  return { count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

export const mergeHistograms = (histograms: readonly Histogram[]): Histogram =>
  Array.from({ length: BUCKETS }, (_, bucket) => histograms.reduce((sum, each) => sum + (each[bucket] ?? 0), 0))

/** As far inside its bucket as its rank is among those in there. */
function percentileMs(histogram: Histogram, count: number, fraction: number): number | null {
  if (count === 0) return null
  const rank = fraction * count
  let below = 0
  for (const [bucket, inBucket] of histogram.entries()) {
    if (below + inBucket >= rank && inBucket > 0) return tenths(withinBucketMs(bucket, (rank - below) / inBucket))
    below += inBucket
  }
  return null
}

const tenths = (ms: number) => Math.round(ms * 10) / 10

function withinBucketMs(bucket: number, share: number): number {
  const start = BUCKET_STARTS_MS[bucket - 1]
  const end = BUCKET_STARTS_MS[bucket]
  if (start === undefined) return share
  // Whatever took longer than a day took at least a day.
  return end === undefined ? start : start * (end / start) ** share
}
