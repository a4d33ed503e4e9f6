import type { Pool, PoolClient } from 'pg'
import { sqlStateOf } from './db/sql-state'
import { allOf, inOrder, type Statements } from './db/statements'

/** Deadlock and serialization failure: PostgreSQL undid everything, and doing it again is the cure. */
const REPEATABLE = new Set(['40P01', '40001'])
const MOST_ATTEMPTS = 5

export interface TransactionOptions {
  /** How long a statement may wait for a lock before it fails. Default: as the database is set. */
  lockWaitMs?: number
  /** How long a statement may take. Default: as the database is set. */
  statementMs?: number
  /**
   * Its statements name the rows they are about. Prepared ones are planned for any values at once, not anew for the first five
   * times on each connection, and none is planned to read a table from its beginning to its end because the table is small
   * just then (PostgreSQL's documentation of `plan_cache_mode` and `enable_seqscan`). Without JIT, which PostgreSQL 17 and
   * older would begin for the very cost that they give to such a plan where there is no other. Default: false.
   */
  byKey?: boolean
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
  options: TransactionOptions = {},
): Promise<T> {
  await client.query(beginning(options))
  try {
    const result = await work(client)
    assertCommitted(await client.query('commit'))
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}

/** All in one message. */
function beginning({ lockWaitMs, statementMs, byKey = false }: TransactionOptions): string {
  const settings = [
    ['lock_timeout', lockWaitMs],
    ['statement_timeout', statementMs],
  ].flatMap(([name, ms]) => (ms === undefined ? [] : `; set local ${name} = ${Number(ms)}`))
  if (byKey) {
    settings.push(
      '; set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; set local jit = off',
    )
  }
  return `begin${settings.join('')}`
}

export interface Opened {
  /** Nothing may be written before: were there no transaction, it would stay. Reading need not wait. */
  begun: Promise<unknown>
  /**
   * Commits together with the last statement, without waiting for its answer: when PostgreSQL refuses that one, all is
   * undone. Nothing may be sent afterwards.
   */
  commitWith<Answer>(last: () => Promise<Answer>): Promise<Answer>
}

/** One transaction, once, without a round trip for its beginning; and, if `work` commits by itself, for its end. */
export async function transactAtOnce<T>(
  client: PoolClient,
  work: (statements: Statements, opened: Opened) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const statements = inOrder(client)
  let isEnded = false
  const commit = async () => {
    isEnded = true
    assertCommitted(await statements.query('commit'))
  }
  const begun = statements.query(beginning(options))
  begun.catch(() => undefined)
  try {
    const commitWith = async <Answer>(last: () => Promise<Answer>) => (await allOf([last(), commit()]))[0]
    const result = await work(statements, { begun, commitWith })
    if (!isEnded) await allOf([begun, commit()])
    return result
  } catch (error) {
    // Also after a commit that failed: then there is nothing left to undo, and PostgreSQL only warns.
    await statements.query('rollback').catch(() => undefined)
    throw error
  }
}

/** PostgreSQL answers ROLLBACK when a statement before has failed, and whoever sent that went on. */
function assertCommitted({ command }: { command: string }): void {
  if (command !== 'COMMIT') throw new Error('The transaction could not be committed.')
}

function isRepeatable(error: unknown): boolean {
  return REPEATABLE.has(sqlStateOf(error) ?? '')
}
