/** The connections of the pools: pg's, but for what V8 does with the answers that it promises. */
import pg from 'pg'

type Query = (statement: unknown, ...rest: unknown[]) => unknown

/**
 * A query that is answered by a promise leaves nothing behind once it is answered. pg's own promise is settled by a function
 * that is written where it is assigned to a property, and such ones V8 takes for methods and puts among its old objects
 * (`CheckAssigningFunctionLiteralToProperty` in its parser). There they live until all of the heap is gone through, with the
 * statement and its values in it: bodies of deliveries, pages of records.
 */
export class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    const ask = this.query.bind(this) as Query
    const query: Query = (statement, ...rest) =>
      isPromised(statement, rest) ? promise(ask, statement, rest[0]) : ask(statement, ...rest)
    this.query = query as typeof this.query
  }
}

/** A callback is answered by itself, and what submits itself, as COPY does, by its events. */
function isPromised(statement: unknown, rest: readonly unknown[]): boolean {
  if (typeof statement !== 'string' && typeof (statement as Partial<pg.Submittable> | null)?.submit === 'function') {
    return false
  }
  const { callback } = (statement ?? {}) as { callback?: unknown }
  return callback === undefined && !rest.some((given) => typeof given === 'function')
}

function promise(ask: Query, statement: unknown, values: unknown): Promise<unknown> {
  const answered = new Promise((resolve, reject) => {
    const settle = (error: Error | undefined, result: unknown) => (error ? reject(error) : resolve(result))
    ask(statement, values, settle)
  })
  return answered.catch((error: Error) => {
    // What pg gives leads to the socket instead of to who asked.
    Error.captureStackTrace(error)
    throw error
  })
}
