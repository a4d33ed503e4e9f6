import type { Timestamp } from '../model.ts'
import { chance, int, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { toTimestamp } from '../store.ts'

const DAY_MS = 86_400_000
export const HISTORY_DAYS = 90

/** Where the times of a seeded shop come from: the last 90 days, with many records in the same second. */
export interface Moments {
  /** `count` moments of the whole history, ascending: the order in which records came into being. */
  births(count: number): Timestamp[]
  /** A moment between `from` and now. Bulk edits and imports make some of them very common. */
  since(from: Timestamp): Timestamp
  /** A moment at most `days` after `from`, not after now. */
  soonAfter(from: Timestamp, days: number): Timestamp
}

/** `nowMs`: milliseconds since 1970; nothing is later than that. */
export function createMoments(random: Random, nowMs: number): Moments {
  const endMs = Math.floor(nowMs / 1000) * 1000 - 1000
  const startMs = endMs - HISTORY_DAYS * DAY_MS
  const secondBetween = (fromMs: number, toMs: number) => fromMs + int(random, 0, (toMs - fromMs) / 1000) * 1000
  const bulkEdits = Array.from({ length: 3 }, () => secondBetween(endMs - 30 * DAY_MS, endMs))
  const busySeconds = Array.from({ length: 30 }, () => secondBetween(startMs, endMs))

  return {
    births: (count) =>
      Array.from({ length: count }, () =>
        chance(random, 0.2) ? pick(random, busySeconds) : secondBetween(startMs, endMs),
      )
        .sort((a, b) => a - b)
        .map(toTimestamp),
    since(from) {
      const fromMs = Date.parse(from)
      const kind = random()
      const shared = kind < 0.15 ? pick(random, bulkEdits) : kind < 0.35 ? pick(random, busySeconds) : 0
      return toTimestamp(shared > fromMs ? shared : secondBetween(fromMs, endMs))
    },
    soonAfter: (from, days) =>
      toTimestamp(secondBetween(Date.parse(from), Math.min(endMs, Date.parse(from) + days * DAY_MS))),
  }
}
