/**
 * What was refused, counted in memory and written down every few seconds: a row for each shop, hour and reason, and a line of
 * the log for each reason. A flood costs no query and no line for each request.
 */
import type { Pool } from 'pg'
import type { Log } from '~/log.server'
import { recordRefusals } from './record-refusals.server'
import { type RefusalCount, RefusalCounts } from './refusal-counts'

export interface RefusalLog {
  count: (refused: Pick<RefusalCount, 'shopDomain' | 'status' | 'reason'>, nowMs: number) => void
  /** Writes down what has been counted so far. Does not throw: what could not be written is tried again. */
  flush: () => Promise<void>
}

const FLUSH_MS = 5_000
const MOST_KEYS = 2_000

export function createRefusalLog({
  pool,
  log,
  flushMs = FLUSH_MS,
}: {
  pool: Pool
  log: Pick<Log, 'warn'>
  flushMs?: number
}): RefusalLog {
  const counts = new RefusalCounts(MOST_KEYS)
  let timer: NodeJS.Timeout | null = null
  let flushing = Promise.resolve()

  /** Only while there is something to write. It keeps no process alive: whoever stops it flushes. */
  function flushLater(): void {
    timer ??= setTimeout(() => void flush(), flushMs).unref()
  }

  async function write(): Promise<void> {
    const taken = counts.take()
    if (taken.length === 0) return
    try {
      await recordRefusals(pool, taken)
      for (const line of sums(taken)) log.warn(line, 'requests that are no deliveries of Shopify were refused')
    } catch (err) {
      log.warn({ err }, 'the counts of refused requests could not be stored; they are kept for the next time')
      counts.putBack(taken)
      flushLater()
    }
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    return (flushing = flushing.then(write))
  }

  return {
    count(refused, nowMs) {
      counts.add(refused, nowMs)
      flushLater()
    },
    flush,
  }
}

/** Over all shops: what a request claims to be from is not written down where nothing is known of it. */
function sums(counts: readonly RefusalCount[]): Pick<RefusalCount, 'status' | 'reason' | 'count'>[] {
  const byReason = Map.groupBy(counts, ({ status, reason }) => `${status} ${reason}`)
  return [...byReason.values()].map((group) => {
    const { status, reason } = group[0]!
    return { status, reason, count: group.reduce((sum, { count }) => sum + count, 0) }
  })
}
