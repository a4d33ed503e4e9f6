import { expect, it } from 'vitest'
import { nextCountAfter } from './count-slots'

/** A Saturday. */
const at = (time: string) => new Date(`2026-11-28T${time}Z`)

it.each([
  ['* * * * *', '12:00:01', '12:01:00'],
  ['* * * * *', '12:01:00', '12:02:00'],
  ['*/15 * * * *', '12:30:00.5', '12:45:00'],
  ['*/15 * * * *', '12:01:30', '12:15:00'],
  ['0 3 * * *', '02:20:00', '03:00:00'],
  ['0 3 * * *', '12:01:30', '12:16:00'],
  ['* * * * 1-5', '12:17:00', '13:16:00'],
  ['30 1 * * *', '12:16:00', '13:16:00'],
])('with %s, what was counted at %s is counted again at %s', (schedule, counted, next) => {
  expect(nextCountAfter(at(counted), schedule)).toEqual(at(next))
})
