import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` on a connection that holds a session lock of PostgreSQL, or returns null when another has the lock. When the
 * process or the connection dies, the lock ends and so does the writing on it.
 */
export async function withSessionLock<T>(
  pool: Pool,
  key: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | null> {
  const client = await pool.connect()
  // A connection that breaks under us must be thrown away, not given back.
  let broken: Error | undefined
  const onError = (error: Error) => (broken = error)
  client.on('error', onError)
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
      [key],
    )
    if (!rows[0]!.mine) return null
    try {
      return await work(client)
    } finally {
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(onError)
    }
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}
