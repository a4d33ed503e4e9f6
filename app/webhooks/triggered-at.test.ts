import { expect, it } from 'vitest'
import { readTriggeredAt } from './triggered-at'

it.each([
  ['2026-11-22T10:42:07.123456789Z', '2026-11-22T10:42:07.123456Z'],
  ['2026-11-22T10:42:07.5Z', '2026-11-22T10:42:07.500000Z'],
  ['2026-11-22T10:42:07Z', '2026-11-22T10:42:07.000000Z'],
  ['2026-11-22T05:42:07.000001-05:00', '2026-11-22T10:42:07.000001Z'],
])('reads %s to the microsecond, in UTC', (header, instant) => {
  expect(readTriggeredAt(header)).toBe(instant)
})

it.each([null, '', 'yesterday', '2026-11-22', '0000-01-01T00:00:00Z', '2026-13-01T00:00:00Z', '1763808127'])(
  'takes %j for no time at all',
  (header) => {
    expect(readTriggeredAt(header)).toBeNull()
  },
)
