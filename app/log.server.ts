/**
 * The sole logger: one JSON line per event with ids (shop, runId, deliveryId), never a token and never a payload.
 * Errors are cut down to what is safe, because a library's error may carry the request it failed on.
 */
import { pino } from 'pino'
import { env } from './env.server'
import { errorText } from './error-text'

export const log = pino({
  level: env.LOG_LEVEL,
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: describeError },
  redact: ['accessToken', 'refreshToken', '*.accessToken', '*.refreshToken', 'payload', '*.payload'],
})

export type Log = typeof log

/** Name, message and stack of an error, and its cause's; none of its other properties. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  return {
    ...errorText(error),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
  }
}
