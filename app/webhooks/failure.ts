/** What may be said of an error about a delivery. */
import { sqlStateOf } from '../db/sql-state'
import { UnreadableRecord } from '../resources/resource'

/** The class of an error, and its message only where that holds no content. Safe to store and to log. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableRecord) return `${error.name}: ${error.message}`
  const state = sqlStateOf(error)
  if (state !== null) return `PostgreSQL ${state}`
  return error instanceof Error ? error.name : 'not an error'
}
