import { describe, expect, it } from 'vitest'
import { FIRST_SLICE_MS, nextSliceLength } from './slice-length'

/** The length at which it settles when a second of deliveries takes so long. */
function settled(msPerSecond: number, shops = 20): number {
  let length = FIRST_SLICE_MS
  for (let slices = 0; slices < 40; slices++) length = nextSliceLength(length, (length / 1_000) * msPerSecond, shops)
  return length
}

describe('the length of a slice', () => {
  it.each([0.01, 0.1, 0.5, 1, 2])('comes to take a moment, at %d ms for a second of deliveries', (msPerSecond) => {
    const tookMs = (settled(msPerSecond) / 1_000) * msPerSecond
    expect(tookMs).toBeGreaterThanOrEqual(8)
    expect(tookMs).toBeLessThanOrEqual(25)
  })

  it('is no more than an hour, and no less than ten seconds', () => {
    expect([settled(0), settled(1_000)]).toEqual([3_600_000, 10_000])
  })

  it('is longer where the shops are many, and never more than an hour', () => {
    expect([settled(1_000, 5_000), settled(1_000, 1_000_000)]).toEqual([100_000, 3_600_000])
  })
})
