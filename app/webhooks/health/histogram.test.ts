import { expect, it } from 'vitest'
import { BUCKET_STARTS_MS, BUCKETS, type Histogram, mergeHistograms, percentilesOf } from './histogram'

/** As PostgreSQL's width_bucket sorts them. */
function histogramOf(valuesMs: readonly number[]): Histogram {
  const counts = new Array<number>(BUCKETS).fill(0)
  for (const valueMs of valuesMs) counts[BUCKET_STARTS_MS.filter((startMs) => valueMs >= startMs).length]! += 1
  return counts
}

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1)

it('reaches from a millisecond to a day, each bucket √2 times as wide as the one before', () => {
  const day = 86_400_000
  expect(BUCKET_STARTS_MS[0]).toBe(1)
  expect(BUCKET_STARTS_MS.at(-1)).toBeGreaterThan(day)
  expect(BUCKET_STARTS_MS.at(-3)).toBeLessThan(day)
})

it.each([
  ['evenly spread', upTo(10_000)],
  ['all alike', upTo(1_000).map(() => 730)],
  ['many fast and few slow', [...upTo(900).map((n) => 10 + (n % 7)), ...upTo(100).map((n) => 60_000 + n * 100)]],
])('gives percentiles that are within a bucket of the true ones: %s', (_, valuesMs) => {
  const sorted = [...valuesMs].sort((a, b) => a - b)
  const percentiles = percentilesOf(histogramOf(valuesMs))
  expect(percentiles.count).toBe(valuesMs.length)
  for (const [given, fraction] of [
    [percentiles.p50Ms, 0.5],
    [percentiles.p95Ms, 0.95],
    [percentiles.p99Ms, 0.99],
  ] as const) {
    const real = sorted[Math.ceil(fraction * sorted.length) - 1]!
    expect(given! / real).toBeGreaterThan(1 / (Math.SQRT2 + 0.001))
    expect(given! / real).toBeLessThan(Math.SQRT2 + 0.001)
  }
})

it('merges hours into the same percentiles that all of their values have', () => {
  const [first, second] = [upTo(500).map((n) => n * 3), upTo(700).map((n) => n * 40)]
  const merged = mergeHistograms([histogramOf(first), [], histogramOf(second)])
  expect(percentilesOf(merged)).toEqual(percentilesOf(histogramOf([...first, ...second])))
})

it('knows nothing of nothing', () => {
  expect(percentilesOf([])).toEqual({ count: 0, p50Ms: null, p95Ms: null, p99Ms: null })
  expect(percentilesOf(mergeHistograms([]))).toMatchObject({ count: 0, p99Ms: null })
})

it('says less than a millisecond where it was, and a day where it was longer', () => {
  expect(percentilesOf(histogramOf([0, 0])).p99Ms).toBeLessThanOrEqual(1)
  expect(percentilesOf(histogramOf([9e9])).p50Ms).toBeCloseTo(BUCKET_STARTS_MS.at(-1)!, 0)
})
