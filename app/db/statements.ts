/**
 * Statements that do not wait for each other's answers. A pipelined connection (pg, documentation of `pipeline`) sends each at
 * once, and PostgreSQL carries them out in the order in which they were given, so that a transaction costs a few round trips
 * instead of one a statement.
 */
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg'
import { sqlStateOf } from './sql-state'

/** A connection that can be given a statement before the one before it is answered. */
export interface Statements {
  readonly pipeline: boolean
  query<Row extends QueryResultRow = QueryResultRow>(
    statement: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<Row>>
}

/**
 * On a connection that is not pipelined they wait here for their turn: pg gives up doing that. On one that is, those that are
 * given in one go of the event loop are written in one go too.
 */
export function inOrder(given: PoolClient | Statements): Statements {
  if (!('connection' in given)) return given
  return given.pipeline ? writtenTogether(given) : oneByOne(given)
}

function oneByOne(client: Statements): Statements {
  let last: Promise<unknown> = Promise.resolve()
  return {
    pipeline: true,
    query<Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]) {
      const answered = last.then(() => client.query<Row>(statement, values))
      last = answered.catch(() => undefined)
      return answered
    },
  }
}

function writtenTogether(client: PoolClient): Statements {
  const { stream } = client.connection
  let isCorked = false
  const uncork = () => {
    isCorked = false
    stream.uncork()
  }
  return {
    pipeline: true,
    query<Row extends QueryResultRow>(statement: string | QueryConfig, values?: unknown[]) {
      if (!isCorked) {
        isCorked = true
        stream.cork()
        // After what was waiting for answers that came together.
        process.nextTick(uncork)
      }
      return client.query<Row>(statement, values)
    },
  }
}

/**
 * What a statement says because another of the transaction has failed before: in_failed_sql_transaction, and of a prepared one
 * that could therefore not be prepared, invalid_sql_statement_name.
 */
const AFTERMATH: ReadonlySet<string | null> = new Set(['25P02', '26000'])

/**
 * Waits for all, also when one fails: a transaction must not end while some of it still sends statements. Then throws the
 * failure that brought the others about.
 */
export async function allOf<T extends readonly unknown[] | []>(
  answers: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(answers)
  const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  if (errors.length > 0) throw errors.find((error) => !AFTERMATH.has(sqlStateOf(error))) ?? errors[0]
  return Promise.all(answers)
}
