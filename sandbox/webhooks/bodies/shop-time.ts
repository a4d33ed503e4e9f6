import type { ShopRecord, Timestamp } from '../../model.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterFor(timezone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timezone)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    })
    formatters.set(timezone, formatter)
  }
  return formatter
}

/** A UTC timestamp as REST bodies give it: the shop's wall clock and its offset, "2026-11-22T05:00:00-05:00". */
export function shopTime(shop: ShopRecord, timestamp: Timestamp): string {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {}
  for (const { type, value } of formatterFor(shop.timezone).formatToParts(new Date(timestamp))) part[type] = value
  const offset = part.timeZoneName === 'GMT' ? '+00:00' : part.timeZoneName?.replace('GMT', '')
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}${offset}`
}

export function shopTimeOrNull(shop: ShopRecord, timestamp: Timestamp | null): string | null {
  return timestamp === null ? null : shopTime(shop, timestamp)
}
