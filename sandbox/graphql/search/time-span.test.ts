import { expect, it } from 'vitest'
import { readTimeSpan, wholeDays } from './time-span.ts'

const iso = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => [
  new Date(fromMs).toISOString(),
  new Date(toMs).toISOString(),
]
const nowMs = Date.parse('2026-11-22T10:00:00.123Z')

it.each([
  ['2024', 'UTC', '2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ['2024-02', 'UTC', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'],
  ['2024-02-29', 'Asia/Kolkata', '2024-02-28T18:30:00.000Z', '2024-02-29T18:30:00.000Z'],
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
  ['2026-01-01T10:00:00Z', 'America/New_York', '2026-01-01T10:00:00.000Z', '2026-01-01T10:00:01.000Z'],
  ['2026-01-01T10:00:00.5Z', 'UTC', '2026-01-01T10:00:00.500Z', '2026-01-01T10:00:00.501Z'],
  ['2026-01-01T10:00:00-05:00', 'UTC', '2026-01-01T15:00:00.000Z', '2026-01-01T15:00:01.000Z'],
  ['2026-01-01T10:00:00', 'Asia/Tokyo', '2026-01-01T01:00:00.000Z', '2026-01-01T01:00:01.000Z'],
  ['now', 'UTC', '2026-11-22T10:00:00.123Z', '2026-11-22T10:00:00.124Z'],
])('reads %s in %s', (value, timezone, from, to) => {
  expect(iso(readTimeSpan(value, timezone, nowMs))).toEqual([from, to])
})

it.each([
  ['2026-11-01T12:00:00Z', 'America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
  ['2026-03-08T12:00:00Z', 'America/New_York', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
  ['2026-06-01T23:59:59Z', 'UTC', '2026-06-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z'],
])('widens %s to the whole day in %s, also when clocks change', (value, timezone, from, to) => {
  expect(iso(wholeDays(readTimeSpan(value, timezone, nowMs), timezone))).toEqual([from, to])
})

it('refuses what is not a time', () => {
  for (const value of ['', 'tomorrow', '2026-13-45T00:00:00Z', '12:00'])
    expect(() => readTimeSpan(value, 'UTC', nowMs), value).toThrow('not a time')
})
