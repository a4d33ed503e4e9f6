/** What people are told when Shopify cannot be asked: what happened and what to do. */
import { SourceError } from './source-error'

/** Throws whatever is no SourceError: that is a bug, or the database's trouble. */
export function sayWhy(error: unknown): string {
  if (!(error instanceof SourceError)) throw error
  // Of these, the message says what to do. Others are details of a request that may succeed in a moment.
  if (error.kind !== 'retryable') return error.message
  return 'Shopify does not answer at the moment. Try again in a minute.'
}

/** Nothing else that is asked for this shop would be answered either, until its merchant does something. */
export const isUnreachable = (error: unknown): boolean => error instanceof SourceError && error.pause !== null
