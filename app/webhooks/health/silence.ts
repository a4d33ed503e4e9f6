/**
 * Whether a topic has gone quiet: how many deliveries would have come by now in an ordinary week, and none did. Hours are
 * those of the shop's clock, which its customers live by: in UTC its whole week moves when the clocks change.
 */

export const HOUR_MS = 3_600_000
export const HOURS_OF_WEEK = 168
export const WEEK_MS = HOURS_OF_WEEK * HOUR_MS

/** What an ordinary week is told from; less than two weeks say nothing of one. */
export const MOST_WEEKS = 8
const FEWEST_WEEKS = 2

/**
 * If deliveries came independently of each other, a gap in which 8 are expected would come by chance with a probability of
 * e^-8, one gap in 3,000. Fewer would cry wolf; more would let a slow topic be dead for days. Deliveries do come in clumps,
 * which makes long gaps likelier than that: so what is expected is reckoned low, see `expectedPerHour`.
 */
export const SILENT_FROM_EXPECTED = 8

/** A busy topic has 3,000 gaps in a day, so that one of them would be an alarm; within this long, none is. */
const SILENT_AFTER_MS = HOUR_MS

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/**
 * The hour of the week by the clock of an IANA zone: 0 to 167, 0 as Monday begins. Where the clock is not at a whole hour
 * when UTC is, it is the one in which UTC's hour begins, since deliveries are counted by those.
 */
export function weekClock(timeZone: string): (date: Date) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: 'numeric', hourCycle: 'h23' })
  return (date) => {
    const parts = format.formatToParts(Math.floor(date.getTime() / HOUR_MS) * HOUR_MS)
    const part = (wanted: 'weekday' | 'hour') => parts.find(({ type }) => type === wanted)?.value ?? ''
    return WEEKDAYS.indexOf(part('weekday')) * 24 + Number(part('hour'))
  }
}

/** The same of so many hours from the one in which `from` is. The clock is read where it may have been changed, and once a day. */
export function hoursOfWeek(timeZone: string, from: Date, count: number): number[] {
  const clock = weekClock(timeZone)
  const at = (hour: number) => clock(new Date(from.getTime() + hour * HOUR_MS))
  return Array.from({ length: Math.ceil(count / 24) }, (_, day) => {
    const first = day * 24
    const begins = at(first)
    const isEven = (begins + 23) % HOURS_OF_WEEK === at(first + 23)
    const length = Math.min(24, count - first)
    return Array.from({ length }, (_, hour) => (isEven ? (begins + hour) % HOURS_OF_WEEK : at(first + hour)))
  }).flat()
}

export interface HourHistory {
  /** As weekClock gives it. */
  hourOfWeek: number
  /** In this hour of all weeks together, and in that of the week that had most. */
  received: number
  mostInOneWeek: number
}

/**
 * By hour of the week, the mean of all weeks but the fullest: a thousand products that were changed at once on one Monday
 * do not make every Monday's silence an alarm. Null: too few weeks are known.
 */
export function expectedPerHour(hours: readonly HourHistory[], weeks: number): readonly number[] | null {
  if (weeks < FEWEST_WEEKS) return null
  const expected = new Array<number>(HOURS_OF_WEEK).fill(0)
  for (const { hourOfWeek, received, mostInOneWeek } of hours) {
    expected[hourOfWeek] = (received - mostInOneWeek) / (weeks - 1)
  }
  return expected
}

export interface Silence {
  isSilent: boolean
  /** How many deliveries would have come since the last one; null where too little is known of ordinary weeks. */
  expected: number | null
}

/** `since`: the last delivery, or the installation where that was later. `timeZone`: the one that `perHour` is told in. */
export function silenceOf(
  perHour: readonly number[] | null,
  { since, until, timeZone }: { since: Date; until: Date; timeZone: string },
): Silence {
  if (perHour === null) return { isSilent: false, expected: null }
  const expected = expectedBetween(perHour, { fromMs: since.getTime(), toMs: until.getTime(), timeZone })
  const isLong = until.getTime() - since.getTime() >= SILENT_AFTER_MS
  return { isSilent: isLong && expected >= SILENT_FROM_EXPECTED, expected }
}

/** Hours that are begun or not over count by their share. */
function expectedBetween(
  perHour: readonly number[],
  { fromMs, toMs, timeZone }: { fromMs: number; toMs: number; timeZone: string },
): number {
  const hourOfWeek = weekClock(timeZone)
  const wholeWeeks = Math.max(0, Math.floor((toMs - fromMs) / WEEK_MS))
  let expected = wholeWeeks * perHour.reduce((sum, inHour) => sum + inHour, 0)
  for (let atMs = fromMs + wholeWeeks * WEEK_MS; atMs < toMs;) {
    const endMs = Math.min((Math.floor(atMs / HOUR_MS) + 1) * HOUR_MS, toMs)
    expected += ((endMs - atMs) / HOUR_MS) * (perHour[hourOfWeek(new Date(atMs))] ?? 0)
    atMs = endMs
  }
  return expected
}
