/** What PostgreSQL's code of an error tells. */

/** Five characters, of which the first two are the class: PostgreSQL's documentation, appendix A. `EPIPE` is none. */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/

export function sqlStateOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' && SQLSTATE.test(code) ? code : null
}

/** The time that a statement may wait for a lock was over. */
export const isLockTimeout = (error: unknown) => sqlStateOf(error) === '55P03'

/** It, or the time that a statement may take: nothing is known against what was to be done. */
export const isOutOfTime = (error: unknown) => isLockTimeout(error) || sqlStateOf(error) === '57014'

/** A unique index has the row already. */
export const isAlreadyThere = (error: unknown) => sqlStateOf(error) === '23505'

/** PostgreSQL cannot hold the value itself: data exception, or a limit of the program such as the depth of JSON. */
export const isUnkeepable = (error: unknown) => /^(22|54)/.test(sqlStateOf(error) ?? '')

/** Lost connection, no room, input or output error, shutting down, a standby that only reads. */
export const isServerTrouble = (error: unknown) => /^(08|53|57P|58|25006)/.test(sqlStateOf(error) ?? '')
