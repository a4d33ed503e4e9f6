/**
 * Offline access tokens. They live an hour; background work refreshes them, once per shop however many ask, because a
 * refresh token is spent by its use (https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens).
 */
import { Session } from '@shopify/shopify-api'
import type { Pool, PoolClient } from 'pg'
import { heldConnections, pool } from '~/db.server'
import { inTransaction } from '~/transaction.server'
import { log } from '~/log.server'
import { sessionStorage, shopifyApi } from '~/shopify.server'
import { createSlots } from '~/slots'
import { REOPEN } from './read-answer'
import { SourceError } from './source-error'

/** A token that ends sooner than this is refreshed, so that it does not end under a request. */
const SPARE_MS = 5 * 60_000
/** Shopify's documented lifetime, for an answer that does not state one: without it the token would never be refreshed. */
const LIFETIME_MS = 60 * 60_000

/** Refreshes hold a connection while Shopify answers. */
const slots = createSlots(heldConnections)
/** By shop and refused token. */
const underWay = new Map<string, Promise<Session>>()

/** A session with a token that is good for minutes. `refused`: a token that Shopify has just answered with 401. */
export async function freshSession(domain: string, refused?: string): Promise<Session> {
  const session = await sessionStorage.loadSession(`offline_${domain}`)
  if (session === undefined || !session.accessToken) throw new SourceError('needs-reauthorisation', REOPEN)
  return isUsable(session, refused) ? session : refreshTogether(session, domain, refused)
}

function isUsable(session: Session, refused: string | undefined): boolean {
  const endsMs = session.expires?.getTime() ?? Infinity
  return session.accessToken !== refused && endsMs > Date.now() + SPARE_MS
}

/** Whoever asks for the same while it is under way shares it: each would wait for the lock with a connection of its own. */
function refreshTogether(loaded: Session, domain: string, refused: string | undefined): Promise<Session> {
  const key = `${domain} ${refused ?? ''}`
  const begun = underWay.get(key)
  if (begun !== undefined) return begun
  const refreshing = slots
    .whenFree(() => refreshOnce(loaded, domain, refused))
    .finally(() => {
      underWay.delete(key)
    })
  underWay.set(key, refreshing)
  return refreshing
}

/** All on one connection: who held the lock and waited for a second one would wait for others that do the same. */
async function refreshOnce(loaded: Session, domain: string, refused: string | undefined): Promise<Session> {
  const fresh = await inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtextextended('lockstep token ' || $1, 0))`, [domain])
    // Whoever had the lock before may have refreshed it.
    const session = await readAgain(client, loaded)
    if (session === null || isUsable(session, refused)) return session
    const refreshed = session.refreshToken ? await refresh(domain, session.refreshToken) : null
    if (refreshed !== null) return storeRefreshed(client, session, refreshed)
    await endToken(session, client)
    return null
  })
  if (fresh === null) throw new SourceError('needs-reauthorisation', REOPEN)
  return fresh
}

/** The columns of `sessions` that a refresh changes. */
interface TokenColumns {
  accessToken: string
  refreshToken: string | null
  expires: Date | null
  refreshTokenExpires: Date | null
  scope: string | null
}

const withTokens = (session: Session, tokens: TokenColumns): Session =>
  new Session({
    ...session,
    accessToken: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? undefined,
    expires: tokens.expires ?? undefined,
    refreshTokenExpires: tokens.refreshTokenExpires ?? undefined,
    scope: tokens.scope ?? undefined,
  })

/** The session with the token that it has now, or null when it has none any more. */
async function readAgain(client: PoolClient, session: Session): Promise<Session | null> {
  const { rows } = await client.query<TokenColumns>(
    `select access_token as "accessToken", refresh_token as "refreshToken", expires,
       refresh_token_expires as "refreshTokenExpires", scope
     from sessions
     where id = $1 and access_token <> ''`,
    [session.id],
  )
  return rows[0] === undefined ? null : withTokens(session, rows[0])
}

/**
 * In the place of the token that was refreshed, and nowhere else: the shop may have uninstalled the app meanwhile, and a
 * session that came back would keep its next installation from being noticed; or its merchant may have brought a new token,
 * which then is the one to go on with.
 */
async function storeRefreshed(client: PoolClient, old: Session, refreshed: Session): Promise<Session | null> {
  const { accessToken = '', refreshToken = null, expires = null, refreshTokenExpires = null, scope = null } = refreshed
  const { rowCount } = await client.query(
    `update sessions set access_token = $3, refresh_token = $4, expires = $5, refresh_token_expires = $6, scope = $7
     where id = $1 and access_token = $2`,
    [old.id, old.accessToken, accessToken, refreshToken, expires, refreshTokenExpires, scope],
  )
  if (rowCount === 0) return readAgain(client, old)
  log.info({ shop: old.shop }, 'access token refreshed')
  return withTokens(old, { accessToken, refreshToken, expires, refreshTokenExpires, scope })
}

/**
 * Ends the session's token now: when the merchant opens the app, Shopify's library asks for a new one only if the one it
 * has is at its end. The refresh token is kept, in case the refusal was about the app and not about the shop.
 */
export async function endToken(session: Session, database: Pool | PoolClient = pool): Promise<void> {
  // Not stored as a whole: a new token may just have come. The column has milliseconds and PostgreSQL rounds: up, the token
  // would be good for a moment more, and its shop not be paused.
  const ended = `update sessions set expires = date_trunc('milliseconds', now()) where id = $1 and access_token = $2`
  await database.query(ended, [session.id, session.accessToken])
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
