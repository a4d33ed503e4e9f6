import { executeOperation } from '../graphql/execute.ts'
import type { RequestScope } from '../graphql/resolvers/resolver.ts'
import type { BulkQuery } from './bulk-query.ts'
import { nodesOf } from './result-lines.ts'

/** Nodes of the root that are read in one go. So many orders with their lines take some milliseconds. */
const SLICE = 100

/** What an answer to the bulk query was refused with; `code` is that of the first error. */
export class BulkReadError extends Error {
  readonly code: unknown

  constructor(message: string, code: unknown) {
    super(message)
    this.code = code
  }
}

/**
 * Reads what the query asks for, a slice of the root's nodes at each turn, each with all that is nested in it. Throws a
 * `BulkReadError` when something in it is refused.
 */
export function* readSlices(query: BulkQuery, scope: Omit<RequestScope, 'whole'>): Generator<unknown[]> {
  const whole = { size: SLICE, after: null as string | null, more: true }
  while (whole.more) {
    const { data, errors } = executeOperation(query.document, {}, null, { ...scope, whole })
    const [error] = errors ?? []
    if (error) throw new BulkReadError(error.message, error.extensions['code'])
    yield nodesOf(data?.[query.rootKey])
  }
}
