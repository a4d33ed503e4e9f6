/** Days of a shop's calendar, written as `2026-03-01`. */

const SECOND_MS = 1_000
/** No clock of the world is further from UTC; a day more does no harm. */
const FARTHEST_MS = 38 * 3_600_000

/** UTC when the shop's zone is not known, or this machine does not know it. */
export function knownTimezone(timezone: string | null): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone ?? 'UTC' }).resolvedOptions().timeZone
  } catch {
    return 'UTC'
  }
}

/** The day that it is in the zone. */
export const dayOf = (date: Date, timeZone: string) => calendar(timeZone)(date)

// Canadians write dates as ISO 8601 does.
function calendar(timeZone: string): (date: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (date) => format.format(date)
}

/**
 * The first second of a day, which is not midnight everywhere: where clocks go forward at midnight the day begins at one.
 * So it is looked for by what the calendar says, not reckoned from an offset.
 */
export function startOfDay(day: string, timeZone: string): Date {
  const dayAt = calendar(timeZone)
  const midnightInUtc = Date.parse(`${day}T00:00:00Z`)
  let [before, at] = [midnightInUtc - FARTHEST_MS, midnightInUtc + FARTHEST_MS]
  while (at - before > SECOND_MS) {
    const middle = before + Math.floor((at - before) / 2 / SECOND_MS) * SECOND_MS
    if (dayAt(new Date(middle)) >= day) at = middle
    else before = middle
  }
  return new Date(at)
}

export const dayAfter = (day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
