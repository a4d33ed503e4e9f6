import type { BulkOperation } from './bulk-operation.ts'

export interface BulkUserError {
  field: string[] | null
  message: string
  code?: 'INVALID' | 'LIMIT_REACHED' | 'OPERATION_IN_PROGRESS'
}

export interface BulkPayload {
  bulkOperation: BulkOperation | null
  userErrors: BulkUserError[]
}

/** Nothing was begun or cancelled. */
export function refused(userErrors: BulkUserError[]): BulkPayload {
  return { bulkOperation: null, userErrors }
}

/** Documented by the schema, with these words, and never seen. */
export const LIMIT_REACHED: BulkUserError = {
  field: null,
  message: 'Bulk operations limit reached. Please try again later.',
  code: 'LIMIT_REACHED',
}

/** What version 2026-04 was seen to answer to a sixth query: code and words of the time when one was the limit. */
export function inProgress(underWay: readonly BulkOperation[]): BulkUserError {
  const ids = underWay.map(({ id }) => `gid://shopify/BulkOperation/${id}`).join(', ')
  const message = `A bulk query operation for this app and shop is already in progress: ${ids}.`
  return { field: null, message, code: 'OPERATION_IN_PROGRESS' }
}
