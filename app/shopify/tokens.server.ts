/**
 * Offline access tokens. They live an hour; background work refreshes them, once per shop however many ask, because a
 * refresh token is spent by its use (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens).
 */
import type { Session } from '@shopify/shopify-api'
import { pool } from '~/db.server'
import { inTransaction } from '~/db/transaction.server'
import { log } from '~/log.server'
import { sessionStorage, shopifyApi } from '~/shopify.server'
import { SourceError } from './source-error'

/** A token that ends sooner than this is refreshed, so that it does not end under a request. */
const SPARE_MS = 5 * 60_000
/** Shopify's documented lifetime, for an answer that does not state one: without it the token would never be refreshed. */
const LIFETIME_MS = 60 * 60_000

const REOPEN =
  'Shopify no longer accepts the access token. Open Lockstep in the Shopify admin to connect the shop again.'

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
    if (!session.refreshToken) throw new SourceError('needs-reauthorisation', REOPEN)
    const refreshed = await refresh(domain, session.refreshToken)
    await sessionStorage.storeSession(refreshed)
    log.info({ shop: domain }, 'access token refreshed')
    return refreshed
  })
}

async function refresh(domain: string, refreshToken: string): Promise<Session> {
  try {
    const { session } = await shopifyApi.auth.refreshToken({ shop: domain, refreshToken })
    session.expires ??= new Date(Date.now() + LIFETIME_MS)
    return session
  } catch (error) {
    const status = (error as { response?: { code?: number } }).response?.code ?? 0
    // The cause is left out: the library's message quotes Shopify's answer.
    if (status >= 400 && status < 500 && status !== 429) throw new SourceError('needs-reauthorisation', REOPEN)
    throw new SourceError('retryable', 'Shopify did not renew the access token; it is tried again.')
  }
}
