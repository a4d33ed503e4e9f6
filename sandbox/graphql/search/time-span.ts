import { badRequest } from '../errors.ts'

/** Milliseconds since 1970, half open: `[fromMs, toMs)`. */
export interface TimeSpan {
  fromMs: number
  toMs: number
}

const DAY_MS = 86_400_000
const DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/

/**
 * The span that a search value names: a year, a month or a day of the shop's calendar, a second, or `now`. A time
 * without a zone is the shop's. Throws on anything else, so that a mistake does not pass for an empty answer.
 */
export function readTimeSpan(value: string, timezone: string, nowMs: number): TimeSpan {
  if (value === 'now') return { fromMs: nowMs, toMs: nowMs + 1 }
  const span = DATE.test(value) ? calendarSpan(value, timezone) : secondSpan(value, timezone)
  if (!span || Number.isNaN(span.fromMs) || Number.isNaN(span.toMs)) throw badRequest(`not a time: ${value}`)
  return span
}

/** The same span, widened to whole days of the shop's calendar. */
export function wholeDays(span: TimeSpan, timezone: string): TimeSpan {
  const lastMs = startOfDay(span.toMs - 1, timezone)
  // A day with a clock change has up to 25 hours, so go well into the next one before looking for its start.
  return { fromMs: startOfDay(span.fromMs, timezone), toMs: startOfDay(lastMs + DAY_MS + DAY_MS / 2, timezone) }
}

function calendarSpan(value: string, timezone: string): TimeSpan | null {
  const [, year = '', month, day] = DATE.exec(value) ?? []
  const first = Date.UTC(Number(year), Number(month ?? '1') - 1, Number(day ?? '1'))
  const date = new Date(first)
  if (day) date.setUTCDate(date.getUTCDate() + 1)
  else if (month) date.setUTCMonth(date.getUTCMonth() + 1)
  else date.setUTCFullYear(date.getUTCFullYear() + 1)
  return { fromMs: fromLocal(first, timezone), toMs: fromLocal(date.getTime(), timezone) }
}

function secondSpan(value: string, timezone: string): TimeSpan | null {
  const match = DATE_TIME.exec(value)
  if (!match) return null
  const [, date = '', time = '', fraction = '', zone] = match
  const local = Date.parse(`${date}T${time}${fraction}${zone ?? 'Z'}`)
  const fromMs = zone ? local : fromLocal(local, timezone)
  return { fromMs, toMs: fromMs + (fraction ? 1 : 1000) }
}

function startOfDay(ms: number, timezone: string): number {
  const localMs = ms + offsetMs(ms, timezone)
  return fromLocal(Math.floor(localMs / DAY_MS) * DAY_MS, timezone)
}

/** The moment at which clocks of the zone show `localMs` (written as if it were UTC). */
function fromLocal(localMs: number, timezone: string): number {
  const guess = localMs - offsetMs(localMs, timezone)
  return localMs - offsetMs(guess, timezone)
}

const formats = new Map<string, Intl.DateTimeFormat>()

function offsetMs(ms: number, timezone: string): number {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' })
    formats.set(timezone, format)
  }
  const name = format.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
