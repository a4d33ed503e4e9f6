import type { Instant } from '../sync/ports'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d+))?(?:Z|[+-]\d\d:?\d\d)$/

/**
 * `X-Shopify-Triggered-At` in UTC and to the microsecond, which is what PostgreSQL keeps; Shopify sends nanoseconds.
 * Null when absent or not a time since 1970.
 */
export function readTriggeredAt(header: string | null): Instant | null {
  const match = INSTANT.exec(header ?? '')
  const ms = match === null ? NaN : Date.parse(match[0])
  if (!(ms > 0)) return null
  const micros = (match?.[1] ?? '').slice(0, 6).padEnd(6, '0')
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}Z`
}
