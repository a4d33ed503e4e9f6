/** The one edge of this process, behind /webhooks/* of node:http and of Remix. */
import { pool } from '~/db.server'
import { env } from '~/env.server'
import { log } from '~/log.server'
import { inbox } from '../inbox.server'
import { verifyToken } from '../pubsub/tokens.server'
import { createEdge } from './create-edge'
import { createRefusalLog, type RefusalLog } from './refusal-log.server'

// Vite loads modules anew in development: what is counted must still be written down when the process stops.
const kept = globalThis as typeof globalThis & { lockstepRefusals?: RefusalLog }

export const refusals = (kept.lockstepRefusals ??= createRefusalLog({ pool, log }))

export const edge = createEdge({
  secrets: [
    env.SHOPIFY_API_SECRET,
    ...(env.SHOPIFY_API_SECRET_PREVIOUS === undefined ? [] : [env.SHOPIFY_API_SECRET_PREVIOUS]),
  ],
  verifyToken,
  count: refusals.count,
  accept: inbox.accept,
  failed: (err) => log.error({ err }, 'a request to /webhooks/ could not be received'),
})
