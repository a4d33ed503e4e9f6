import { setTimeout } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '~/transaction.server'
import { isLockTimeout } from './sql-state'

/** Whoever wants a table's lock holds up all who come after: the inbox waits for 150 ms before it gives up. */
const LOCK_WAIT_MS = 100

const MOST_ATTEMPTS = 30
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 3_000

/**
 * A transaction that needs a lock on a whole table for a moment. It steps back when it does not get it at once and tries
 * again, `mostAttempts` times, by default for about a minute and a half; then it throws the lock timeout. `work` must be quick.
 */
export async function inBriefTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  { mostAttempts = MOST_ATTEMPTS } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTransaction(pool, work, { lockWaitMs: LOCK_WAIT_MS })
    } catch (error) {
      if (!isLockTimeout(error) || attempt === mostAttempts) throw error
      await setTimeout(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random()))
    }
  }
}
