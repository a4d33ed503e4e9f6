/** What may be written down of an error: in the log, and in the row of a job. */
import { sqlStateOf } from './db/sql-state'

/** Data exceptions: PostgreSQL's message quotes the value that it cannot take (documentation, appendix A). */
const QUOTES_VALUES = /^22/

export interface ErrorText {
  type: string
  message: string
  stack: string | undefined
}

/**
 * Name, message and stack of an error, and none of its other properties: PostgreSQL's `detail` and `where` hold whole rows,
 * a library's error may carry the request that it failed on.
 */
export function errorText(error: Error): ErrorText {
  const state = sqlStateOf(error)
  const { name: type, message, stack } = error
  if (state === null || !QUOTES_VALUES.test(state)) return { type, message, stack }
  const safe = `PostgreSQL ${state}`
  return { type, message: safe, stack: stack?.replace(message, () => safe) }
}

/** An error that holds nothing but that. */
export function withoutContent(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('not an error')
  const { type, message, stack } = errorText(error)
  const { cause } = error
  const safe = new Error(message, cause === undefined ? {} : { cause: withoutContent(cause) })
  return Object.assign(safe, { name: type, stack })
}
