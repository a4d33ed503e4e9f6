import { expect, it } from 'vitest'
import { lateAfterMs, widestGapMs } from './lateness.server'

const minuteMs = 60_000

it('allows a resource the time between two runs and that of a run', () => {
  expect(lateAfterMs('products')).toBe(40 * minuteMs)
  expect(lateAfterMs('orders')).toBe(25 * minuteMs)
})

it.each([
  ['*/30 * * * *', 30],
  ['0 3 * * *', 24 * 60],
  ['0,10 * * * *', 50],
])('finds the widest gap of %s', (schedule, minutes) => {
  // A day on which clocks change has an hour more or less.
  expect(Math.abs(widestGapMs(schedule) / minuteMs - minutes)).toBeLessThanOrEqual(60)
})
