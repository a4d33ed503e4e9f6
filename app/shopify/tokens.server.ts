/**
 * Offline access tokens. They live an hour; background work refreshes them, once per shop however many ask, because a
 * refresh token is spent by its use (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens).
 */
import type { Session } from '@shopify/shopify-api'
import { pool } from '~/db.server'
import { inTransaction } from '~/transaction.server'
import { log } from '~/log.server'
import { sessionStorage, shopifyApi } from '~/shopify.server'
import { REOPEN } from './read-answer'
import { SourceError } from './source-error'

/** A token that ends sooner than this is refreshed, so that it does not end under a request. */
const SPARE_MS = 5 * 60_000
/** Shopify's documented lifetime, for an answer that does not state one: without it the token would never be refreshed. */
const LIFETIME_MS = 60 * 60_000

/** A session with a token that is good for minutes. `refused`: a token that Shopify has just answered with 401. */
export async function freshSession(domain: string, refused?: string): Promise<Session> {
  const session = await storedSession(domain)
  return isUsable(session, refused) ? session : refreshOnce(domain, refused)
}

async function storedSession(domain: string): Promise<Session> {
  const session = await sessionStorage.loadSession(`offline_${domain}`)
  if (session === undefined || !session.accessToken) throw new SourceError('needs-reauthorisation', REOPEN)
  return session
}

function isUsable(session: Session, refused: string | undefined): boolean {
  const endsMs = session.expires?.getTime() ?? Infinity
  return session.accessToken !== refused && endsMs > Date.now() + SPARE_MS
}

function refreshOnce(domain: string, refused: string | undefined): Promise<Session> {
  return inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtextextended('lockstep token ' || $1, 0))`, [domain])
    // Whoever had the lock before may have refreshed it.
    const session = await storedSession(domain)
    if (isUsable(session, refused)) return session
    const refreshed = session.refreshToken ? await refresh(domain, session.refreshToken) : null
    if (refreshed === null) return giveUp(session)
    await sessionStorage.storeSession(refreshed)
    log.info({ shop: domain }, 'access token refreshed')
    return refreshed
  })
}

async function giveUp(session: Session): Promise<never> {
  await endToken(session)
  throw new SourceError('needs-reauthorisation', REOPEN)
}

/**
 * Ends the session's token now: when the merchant opens the app, Shopify's library asks for a new one only if the one it
 * has is at its end. The refresh token is kept, in case the refusal was about the app and not about the shop.
 */
export async function endToken(session: Session): Promise<void> {
  // Not stored as a whole, and not in the transaction that is about to fail: a new token may just have come. The column
  // has milliseconds and PostgreSQL rounds: up, the token would be good for a moment more, and its shop not be paused.
  const ended = `update sessions set expires = date_trunc('milliseconds', now()) where id = $1 and access_token = $2`
  await pool.query(ended, [session.id, session.accessToken])
}

/** Null when Shopify refuses. */
async function refresh(domain: string, refreshToken: string): Promise<Session | null> {
  try {
    const { session } = await shopifyApi.auth.refreshToken({ shop: domain, refreshToken })
    session.expires ??= new Date(Date.now() + LIFETIME_MS)
    return session
  } catch (error) {
    const status = (error as { response?: { code?: number } }).response?.code ?? 0
    // The cause is left out: the library's message quotes Shopify's answer.
    if (status >= 400 && status < 500 && status !== 429) return null
    throw new SourceError('retryable', 'Shopify did not renew the access token; it is tried again.')
  }
}
