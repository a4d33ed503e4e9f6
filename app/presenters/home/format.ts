/** Numbers and times as the merchant reads them. */
import { dayOf, knownTimezone } from '~/shop-day'
import type { Moment } from './home-page'

export interface Format {
  /** IANA name of the zone that times are shown in. */
  timezone: string
  number(value: number): string
  /** `fraction` from 0 to 1; a whole per cent, rounded down so that 100 % means all. */
  percent(fraction: number): string
  /** To the minute; the day too when it is not today in the shop. */
  moment(date: Date): Moment
  /** To the second. */
  exactMoment(date: Date): Moment
  /** `1 Mar`; with the year when it is another one. */
  day(date: Date): string
  duration(milliseconds: number): string
}

/** `locale` as resolveLocale gives it. `timezone`: IANA; UTC when it is null or this machine does not know it. */
export function createFormat(locale: string, timezone: string | null, now: Date): Format {
  const timeZone = knownTimezone(timezone)
  const numbers = new Intl.NumberFormat(locale)
  const percents = new Intl.NumberFormat(locale, { style: 'percent' })
  const today = dayOf(now, timeZone)

  function textOf(date: Date, clock: Intl.DateTimeFormatOptions): string {
    if (dayOf(date, timeZone) === today) return new Intl.DateTimeFormat(locale, { timeZone, ...clock }).format(date)
    return calendarText(date, clock)
  }

  function calendarText(date: Date, clock: Intl.DateTimeFormatOptions = {}): string {
    const isThisYear = dayOf(date, timeZone).slice(0, 4) === today.slice(0, 4)
    const calendar: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
    if (!isThisYear) calendar.year = 'numeric'
    return new Intl.DateTimeFormat(locale, { timeZone, ...calendar, ...clock }).format(date)
  }

  const toMinute: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' }
  return {
    timezone: timeZone,
    number: (value) => numbers.format(value),
    percent: (fraction) => percents.format(Math.floor(fraction * 100) / 100),
    moment: (date) => ({ iso: date.toISOString(), text: textOf(date, toMinute) }),
    exactMoment: (date) => ({ iso: date.toISOString(), text: textOf(date, { ...toMinute, second: '2-digit' }) }),
    day: (date) => calendarText(date),
    duration: (milliseconds) => duration(locale, milliseconds),
  }
}

/** The locale that Shopify gives in the page's address, when it is one; English otherwise. */
export function resolveLocale(requested: string | null): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(requested ?? 'en')[0] ?? 'en'
  } catch {
    return 'en'
  }
}

function duration(locale: string, milliseconds: number): string {
  const seconds = milliseconds / 1000
  const unit = (value: number, name: 'millisecond' | 'second' | 'minute' | 'hour', digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  if (seconds < 0.1) return unit(milliseconds, 'millisecond')
  if (seconds < 9.95) return unit(seconds, 'second', 1)
  const whole = Math.round(seconds)
  if (whole < 60) return unit(whole, 'second')
  if (whole < 3600) return `${unit(Math.floor(whole / 60), 'minute')} ${unit(whole % 60, 'second')}`
  return `${unit(Math.floor(whole / 3600), 'hour')} ${unit(Math.floor((whole % 3600) / 60), 'minute')}`
}
