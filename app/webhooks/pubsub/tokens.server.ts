/** The tokens of Pub/Sub, as the settings say. */
import { env } from '~/env.server'
import { log } from '~/log.server'
import { createTokenCheck, type VerifyToken } from './verify-token'

const SAY_AGAIN_MS = 60_000
let saidMs = -Infinity

/** Every push that comes meanwhile fails for the same reason, and is counted: one line a minute says why. */
function keysFailed(err: unknown): void {
  const nowMs = performance.now()
  if (nowMs - saidMs < SAY_AGAIN_MS) return
  saidMs = nowMs
  log.warn({ err }, 'the keys that tokens of Pub/Sub are checked with could not be read; its messages come again')
}

const { PUBSUB_AUDIENCE: audience, PUBSUB_SERVICE_ACCOUNT: serviceAccount, PUBSUB_KEYS_URL: keysUrl } = env

/** Null where Pub/Sub is not set up. */
export const verifyToken: VerifyToken | null =
  audience === undefined || serviceAccount === undefined
    ? null
    : createTokenCheck({ audience, serviceAccount, keysUrl, keysFailed })
