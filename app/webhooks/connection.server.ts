import type { Pool, PoolClient } from 'pg'
import { isServerTrouble, sqlStateOf } from '~/db/sql-state'

/**
 * Gives `work` a connection for at most `mostMs`; then the connection is ended, and what waits on it fails. Null when
 * none is to be had.
 */
export async function withConnection<T>(
  pool: Pool,
  mostMs: number,
  work: (client: PoolClient) => Promise<T>,
): Promise<T | null> {
  const client = await pool.connect().catch(() => null)
  if (client === null) return null
  // Without a listener a connection that breaks between two queries would end the process.
  client.on('error', ignore)
  const overdue = setTimeout(() => breakOff(client), mostMs)
  try {
    return await work(client)
  } finally {
    clearTimeout(overdue)
    client.off('error', ignore)
    client.release()
  }
}

const ignore = () => undefined

/** Not by `end`: a pipelined connection would wait for the answers to what it has sent. */
function breakOff(client: PoolClient): void {
  client.connection.stream.destroy(new Error('The time for these statements is over.'))
}

/** After a failure: is it the database that is away, so that nothing else can be done on this connection, or this pool? */
export async function isDatabaseAway(client: Pool | PoolClient, error: unknown): Promise<boolean> {
  if (sqlStateOf(error) !== null) return isServerTrouble(error)
  return client.query('select').then(
    () => false,
    () => true,
  )
}
