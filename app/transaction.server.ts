import type { Pool, PoolClient } from 'pg'

/** Deadlock and serialization failure: PostgreSQL undid everything, and doing it again is the cure. */
const REPEATABLE = new Set(['40P01', '40001'])
const MOST_ATTEMPTS = 5

export interface TransactionOptions {
  /** How long a statement may wait for a lock before it fails. Default: as the database is set. */
  lockWaitMs?: number
  /** How long a statement may take. Default: as the database is set. */
  statementMs?: number
}

/** Runs `work` in one transaction on a connection of its own; see `transactUntilDone`. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const client = await pool.connect()
  // pg tells of a connection that breaks by an event: unheard, it would end the process.
  let broken: Error | undefined
  const onError = (error: Error) => (broken = error)
  client.on('error', onError)
  try {
    return await transactUntilDone(client, work, options)
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/**
 * One transaction on a connection that the caller holds. It is repeated from the start when PostgreSQL chose it as the
 * victim of a deadlock, so `work` must do nothing outside the database that cannot be done twice.
 */
export async function transactUntilDone<T>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact(client, work, options)
    } catch (error) {
      if (!isRepeatable(error) || attempt === MOST_ATTEMPTS) throw error
    }
  }
}

/** One transaction, once, on a connection that the caller holds. */
export async function transact<T>(
  client: PoolClient,
  work: (client: PoolClient) => Promise<T>,
  { lockWaitMs, statementMs }: TransactionOptions = {},
): Promise<T> {
  const settings = [
    ['lock_timeout', lockWaitMs],
    ['statement_timeout', statementMs],
  ].flatMap(([name, ms]) => (ms === undefined ? [] : `; set local ${name} = ${Number(ms)}`))
  // All in one message.
  await client.query(`begin${settings.join('')}`)
  try {
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

function isRepeatable(error: unknown): boolean {
  return error instanceof Error && REPEATABLE.has((error as Error & { code?: string }).code ?? '')
}
