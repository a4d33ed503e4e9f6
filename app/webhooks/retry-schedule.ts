/** When a delivery that could not be applied is tried again. Pure. */

/** Beyond these a delivery is a dead letter. */
export const MOST_ATTEMPTS = 10

const FIRST_SECONDS = 5
const FACTOR = 4
const LONGEST_SECONDS = 6 * 3600
/** Lets what failed together come again apart. */
const JITTER = 0.1

type Random = () => number

/**
 * Seconds after so many failed attempts: 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, then six hours at the most. Nine waits lie
 * between ten attempts: 19 h 35 min together, up to 21 h 33 min with the jitter.
 */
export function retryAfterSeconds(attempts: number, random: Random = Math.random): number {
  return withJitter(Math.min(FIRST_SECONDS * FACTOR ** (attempts - 1), LONGEST_SECONDS), random)
}

/**
 * Seconds after a failure that says nothing of the delivery, and is no attempt of its: half the time that it has waited
 * already, so that it comes soon after a short trouble and seldom during a long one.
 */
export function putOffSeconds(waitedMs: number, random: Random = Math.random): number {
  return withJitter(Math.min(Math.max(waitedMs / 2_000, FIRST_SECONDS), LONGEST_SECONDS), random)
}

const DAY_MS = 86_400_000

/**
 * Milliseconds after which a delivery that only ever failed for such reasons is a dead letter: a day before its body would
 * have been kept for long enough, so that it is seen, and can be replayed, while it is still there. `keepDays`: of bodies.
 */
export const waitAtMostMs = (keepDays: number) => Math.max(keepDays - 1, keepDays / 2) * DAY_MS

const withJitter = (seconds: number, random: Random) => seconds * (1 + JITTER * random())
