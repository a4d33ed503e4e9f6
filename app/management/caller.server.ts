/**
 * Who calls the management API: a page of the app, with a session token of App Bridge, or a program of the merchant's, with an
 * API key. Not `authenticate.admin`, which answers 410 to programs and redirects those without a session.
 */
import { findShop, isInstalled, type ShopRow } from '~/db/shops.server'
import { shopifyApi } from '~/shopify.server'
import { refuse } from './answer.server'
import { shopOfApiKey } from './api-keys.server'

export type Caller =
  | { outcome: 'caller'; shop: ShopRow }
  /** The answer says nothing of shops or keys: it is the same for all that is wrong. */
  | { outcome: 'refused'; response: Response }

const KEY = /^lk_[\w-]{1,100}$/
const BEARER = /^Bearer +(\S{1,8000})$/i

/**
 * The shop that the credentials of the request speak for, which has the app installed. They are in `Authorization: Bearer` (a
 * session token or an API key) or in `X-Lockstep-Api-Key`; where both headers are there, the first counts.
 */
export async function authenticatedCaller(request: Request): Promise<Caller> {
  const shop = await shopOf(request.headers)
  if (shop !== null && isInstalled(shop)) return { outcome: 'caller', shop }
  return { outcome: 'refused', response: unauthorized() }
}

async function shopOf(headers: Headers): Promise<ShopRow | null> {
  const authorization = headers.get('authorization')
  if (authorization === null) {
    const key = headers.get('x-lockstep-api-key') ?? ''
    return KEY.test(key) ? shopOfApiKey(key) : null
  }
  const [, credentials] = BEARER.exec(authorization) ?? []
  if (credentials === undefined) return null
  return KEY.test(credentials) ? shopOfApiKey(credentials) : shopOfSessionToken(credentials)
}

/** The library checks signature, lifetime and that the token is for this app. Its errors quote the token: none goes on. */
async function shopOfSessionToken(token: string): Promise<ShopRow | null> {
  const payload = await shopifyApi.session.decodeSessionToken(token).catch(() => null)
  const destination = URL.parse(payload?.dest ?? '')
  return destination === null ? null : findShop(destination.hostname)
}

const unauthorized = () =>
  refuse(
    'unauthorized',
    'Send a session token of App Bridge or an API key from the Settings of Lockstep, as Authorization: Bearer …, for a shop that has Lockstep installed.',
    { 'WWW-Authenticate': 'Bearer' },
  )
