import { describe, expect, it } from 'vitest'
import { MOST_ATTEMPTS, putOffSeconds, retryAfterSeconds, waitAtMostMs } from './retry-schedule'

const none = () => 0
const most = () => 1

describe('a delivery that fails', () => {
  it('is tried again soon at first, and every six hours in the end', () => {
    const waits = Array.from({ length: MOST_ATTEMPTS - 1 }, (_, index) => retryAfterSeconds(index + 1, none))
    expect(waits).toEqual([5, 20, 80, 320, 1_280, 5_120, 20_480, 21_600, 21_600])
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBe(19 * 3600 + 35 * 60 + 5)
  })

  it('comes apart from what failed with it, by a tenth at the most', () => {
    expect(retryAfterSeconds(1, most)).toBeCloseTo(5.5)
    expect(retryAfterSeconds(9, most)).toBeCloseTo(23_760)
  })
})

it('what is not its fault puts it off by half of what it has waited, between five seconds and six hours', () => {
  expect(putOffSeconds(0, none)).toBe(5)
  expect(putOffSeconds(60_000, none)).toBe(30)
  expect(putOffSeconds(86_400_000, none)).toBe(21_600)
})

it.each([
  [7, 144],
  [30, 696],
  [2, 24],
  [1, 12],
])('of bodies that are kept for %i days waits %i hours at most', (days, hours) => {
  expect(waitAtMostMs(days)).toBe(hours * 3_600_000)
})
