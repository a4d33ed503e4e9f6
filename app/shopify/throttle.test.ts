import { describe, expect, it } from 'vitest'
import { createThrottle } from './throttle'

const status = { maximumAvailable: 2_000, currentlyAvailable: 1_000, restoreRate: 100 }

function knowing(some: Partial<typeof status> = {}) {
  const throttle = createThrottle()
  throttle.update({ ...status, ...some }, 0)
  return throttle
}

describe("the budget is Shopify's own figure", () => {
  it('of which nothing is known before the first answer', () => {
    expect(createThrottle().waitMs(900, 0)).toBe(0)
  })

  it('and a query that leaves a fifth of the bucket for the merchant goes at once', () => {
    expect(knowing().waitMs(600, 0)).toBe(0)
  })

  it('and one that would not waits exactly until it does', () => {
    expect(knowing().waitMs(700, 0)).toBe(1_000)
    expect(knowing().waitMs(700, 999)).toBe(1)
    expect(knowing().waitMs(700, 1_000)).toBe(0)
  })

  it('which grows no further than the bucket', () => {
    expect(knowing().waitMs(1_700, 60 * 60_000)).toBe(0)
    expect(knowing().waitMs(1_700, 0)).toBe(10_000)
  })

  it('and a query dearer than the bucket without the kept share waits for a full bucket, not for ever', () => {
    expect(knowing().waitMs(1_900, 0)).toBe(10_000)
    expect(knowing().waitMs(5_000, 10_000)).toBe(0)
  })

  it('as it was stated last', () => {
    const throttle = knowing()
    throttle.update({ ...status, currentlyAvailable: 100, restoreRate: 50 }, 1_000)
    expect(throttle.waitMs(0, 1_000)).toBe(6_000)
    throttle.update({ maximumAvailable: 20_000, currentlyAvailable: 20_000, restoreRate: 1_000 }, 2_000)
    expect(throttle.waitMs(900, 2_000)).toBe(0)
  })
})
