import { describe, expect, it } from 'vitest'
import { dayAfter, dayOf, knownTimezone, startOfDay } from './shop-day'

describe('a day of a shop', () => {
  it.each([
    ['UTC', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-03-01', '2026-02-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-03-01', '2026-02-28T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-03-01', '2026-03-01T11:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-01', '2026-02-28T18:30:00.000Z'],
  ])('begins at its midnight in %s', (zone, day, begins) => {
    expect(startOfDay(day, zone).toISOString()).toBe(begins)
  })

  it('on which the clocks change is as long as it is', () => {
    const hours = (day: string) =>
      (startOfDay(dayAfter(day), 'Europe/Berlin').getTime() - startOfDay(day, 'Europe/Berlin').getTime()) / 3_600_000
    expect([hours('2026-03-29'), hours('2026-03-30'), hours('2026-10-25')]).toEqual([23, 24, 25])
  })

  it('that has no midnight begins when its clocks do', () => {
    // In Cairo they go from 23:59:59 to 01:00:00 on the last Friday of April.
    expect(startOfDay('2026-04-24', 'Africa/Cairo').toISOString()).toBe('2026-04-23T22:00:00.000Z')
  })

  it('is the one that it is in the shop, whatever it is elsewhere', () => {
    const moment = new Date('2026-11-21T23:30:00Z')
    expect([dayOf(moment, 'UTC'), dayOf(moment, 'Europe/Berlin')]).toEqual(['2026-11-21', '2026-11-22'])
  })

  it('is followed by the next one, also at the end of February', () => {
    expect(['2026-02-28', '2028-02-28', '2026-12-31'].map(dayAfter)).toEqual(['2026-03-01', '2028-02-29', '2027-01-01'])
  })
})

it.each([null, 'Mars/Olympus'])('the zone %s is UTC', (timezone) => {
  expect(knownTimezone(timezone)).toBe('UTC')
})
