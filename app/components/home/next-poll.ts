/** A person who changes something in the shop sees it here within two seconds. */
const SOONEST_MS = 750
const LATEST_MS = 30_000
/** For a server that does not answer or fails. */
const SOONEST_IN_TROUBLE_MS = 3_000
/** A page that is slow to read is asked for less often, so that watching costs at most a third of the server's time. */
const REST_PER_WORK = 2

/**
 * Milliseconds until the next reading, when the last one took `tookMs` and was answered or not. `restMs`: for a page whose
 * figures change no sooner.
 */
export function nextPollMs(tookMs: number, wasAnswered: boolean, restMs = SOONEST_MS): number {
  const soonestMs = wasAnswered ? restMs : Math.max(restMs, SOONEST_IN_TROUBLE_MS)
  return Math.min(Math.max(soonestMs, tookMs * REST_PER_WORK), LATEST_MS)
}
