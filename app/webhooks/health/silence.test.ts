import { describe, expect, it } from 'vitest'
import { expectedPerHour, HOURS_OF_WEEK, hoursOfWeek, silenceOf as silenceIn, weekClock } from './silence'

/** A Monday. */
const monday = new Date('2026-11-23T10:00:00Z')
const after = (hours: number, date = monday) => new Date(date.getTime() + hours * 3_600_000)

const hourOfWeek = weekClock('UTC')
const silenceOf = (perHour: readonly number[] | null, since: Date, until: Date, timeZone = 'UTC') =>
  silenceIn(perHour, { since, until, timeZone })

/** A shop that gets so many an hour from 8 to 18, Monday to Friday. */
const officeHours = (perHour: number) =>
  Array.from({ length: HOURS_OF_WEEK }, (_, index) => {
    const at = after(index)
    const isOpen = at.getUTCHours() >= 8 && at.getUTCHours() < 18 && at.getUTCDay() % 6 !== 0
    return { at, perHour: isOpen ? perHour : 0 }
  }).reduce((expected, { at, perHour }) => expected.with(hourOfWeek(at), perHour), new Array<number>(168).fill(0))

describe('a topic', () => {
  it('that gets four an hour is silent after two hours without one, and not before', () => {
    const perHour = officeHours(4)
    expect(silenceOf(perHour, monday, after(1.9))).toMatchObject({ isSilent: false })
    const { isSilent, expected } = silenceOf(perHour, monday, after(2))
    expect([isSilent, expected]).toEqual([true, 8])
  })

  it('is not silent at night and at the weekend, when nothing is expected', () => {
    const friday = new Date('2026-11-27T17:30:00Z')
    expect(silenceOf(officeHours(4), friday, new Date('2026-11-30T08:00:00Z'))).toEqual({
      isSilent: false,
      expected: 2,
    })
    expect(silenceOf(officeHours(4), friday, new Date('2026-11-30T09:30:00Z'))).toEqual({ isSilent: true, expected: 8 })
  })

  it.each([
    ['Europe/Berlin', '2026-10-25', '2026-10-26T17:59:00+01:00', '2026-10-27T07:59:00+01:00'],
    ['America/New_York', '2026-03-08', '2026-03-09T17:59:00-04:00', '2026-03-10T07:59:00-04:00'],
    ['Asia/Kolkata', '', '2026-03-09T18:29:00+05:30', '2026-03-10T08:29:00+05:30'],
  ])('is not silent before its shop in %s is awake, also after the clocks change on %s', (zone, _, close, open) => {
    const [since, until] = [new Date(close), new Date(open)]
    expect(silenceOf(officeHours(40), since, until, zone)).toEqual({ isSilent: false, expected: 40 / 60 })
    expect(silenceOf(officeHours(40), since, after(0.5, until), zone).isSilent).toBe(true)
  })

  it('that hardly ever gets any is silent only after weeks', () => {
    const rare = new Array<number>(168).fill(0).with(hourOfWeek(monday), 1)
    expect(silenceOf(rare, after(1), after(7 * 168))).toMatchObject({ isSilent: false, expected: 6 })
    expect(silenceOf(rare, after(1), after(9 * 168 + 2)).isSilent).toBe(true)
  })

  it('however busy is not silent before an hour is over', () => {
    expect(silenceOf(officeHours(1_000), monday, after(0.9))).toEqual({ isSilent: false, expected: 900 })
    expect(silenceOf(officeHours(1_000), monday, after(1)).isSilent).toBe(true)
  })

  it('whose ordinary weeks are not known is never called silent', () => {
    expect(silenceOf(expectedPerHour([], 1), monday, after(10_000))).toEqual({ isSilent: false, expected: null })
  })
})

it.each([
  ['UTC', '2026-11-23T00:00:00Z', 0],
  ['UTC', '2026-11-29T23:59:59Z', 167],
  ['Europe/Berlin', '2026-07-05T22:00:00Z', 0],
  ['Europe/Berlin', '2026-11-22T22:59:00Z', 167],
  ['Asia/Kolkata', '2026-11-23T00:45:00Z', 5],
])('the hour of the week in %s at %s is %d', (zone, at, hour) => {
  expect(weekClock(zone)(new Date(at))).toBe(hour)
})

it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Apia'])(
  'the hours of a year are in %s what its clock says at each of them',
  (zone) => {
    const from = new Date('2026-01-01T10:20:30Z')
    const clock = weekClock(zone)
    const hours = Array.from({ length: 8_761 }, (_, hour) => clock(new Date(from.getTime() + hour * 3_600_000)))
    expect(hoursOfWeek(zone, from, hours.length)).toEqual(hours)
  },
)

describe('an ordinary week', () => {
  it('is the mean of the weeks but the fullest, so that one day of many changes is none', () => {
    const bulkEdit = { hourOfWeek: 10, received: 7 * 6 + 10_000, mostInOneWeek: 10_000 }
    const expected = expectedPerHour([bulkEdit, { hourOfWeek: 11, received: 24, mostInOneWeek: 3 }], 8)
    expect([expected?.[10], expected?.[11], expected?.[12]]).toEqual([6, 3, 0])
  })

  it('takes two weeks to tell', () => {
    expect(expectedPerHour([{ hourOfWeek: 0, received: 9, mostInOneWeek: 5 }], 2)?.[0]).toBe(4)
    expect(expectedPerHour([{ hourOfWeek: 0, received: 9, mostInOneWeek: 9 }], 1)).toBeNull()
  })
})
