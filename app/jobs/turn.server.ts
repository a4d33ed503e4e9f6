import { pool } from '~/db.server'
import { log } from '~/log.server'
import type { RunQueue } from './enqueue.server'

/** How long a run goes on, whoever else waits. */
const TURN_MS = 60_000
const LOOK_EVERY_MS = 5_000

/**
 * The turn of one job among those of its queue: when it is over and others wait, `signal` ends the run at its next page,
 * as the stop of the process does. It goes on behind them, so that a shop of ten orders does not wait for one of a million.
 */
export function takeTurn(queue: RunQueue, stopping: AbortSignal, turnMs = TURN_MS, lookEveryMs = LOOK_EVERY_MS) {
  const over = new AbortController()
  const begunMs = performance.now()
  const timer = setInterval(() => {
    if (performance.now() - begunMs < turnMs) return
    othersWait(queue).then(
      (doWait) => doWait && over.abort(),
      (err: unknown) => log.warn({ err }, 'who waits for a first copy is not known'),
    )
  }, lookEveryMs)
  timer.unref()
  return { signal: AbortSignal.any([stopping, over.signal]), end: () => clearInterval(timer) }
}

async function othersWait(queue: RunQueue): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from pgboss.job where name = $1 and state in ('created', 'retry') and start_after <= now() limit 1`,
    [queue],
  )
  return rowCount === 1
}
