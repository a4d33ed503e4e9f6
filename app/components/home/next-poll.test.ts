import { expect, it } from 'vitest'
import { nextPollMs } from './next-poll'

it.each([
  [40, 750],
  [2_000, 4_000],
  [60_000, 30_000],
])('after a reading that took %i ms rests for %i ms', (tookMs, restMs) => {
  expect(nextPollMs(tookMs, true)).toBe(restMs)
})

it('rests longer where nothing new can be expected sooner', () => {
  expect(nextPollMs(40, true, 10_000)).toBe(10_000)
  expect(nextPollMs(40, false, 10_000)).toBe(10_000)
})

it('gives a server in trouble more time', () => {
  expect(nextPollMs(40, false)).toBe(3_000)
})
