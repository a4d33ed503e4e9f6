import { createHash, createHmac } from 'node:crypto'
import { signSessionToken } from '../session-token.ts'
import { appAddress } from './app-address.ts'

export interface LaunchOptions {
  apiKey: string
  apiSecret: string
  /** The shop, `*.myshopify.com`. */
  domain: string
  /** Path inside the app, with its own query if any. Default `/app`. */
  path?: string
  userId?: string
  nowMs: number
}

/**
 * Path and query with which the admin opens the app: the app's own query, Shopify's parameters and a hex `hmac`, an
 * HMAC-SHA256 of the other parameters sorted by name, keyed with the client secret.
 */
export function launchPath(options: LaunchOptions): string {
  const { apiKey, apiSecret, domain, path = '/app', userId = '1', nowMs } = options
  const [pathname = '/', search] = appAddress(path).split('?')
  const query = new URLSearchParams(search)
  query.set('embedded', '1')
  query.set('host', hostParameter(domain))
  query.set('id_token', signSessionToken({ apiKey, apiSecret, domain, userId, nowMs }))
  query.set('locale', 'en')
  query.set('session', createHash('sha256').update(`session/${domain}/${userId}`).digest('hex'))
  query.set('shop', domain)
  query.set('timestamp', String(Math.floor(nowMs / 1000)))
  query.sort()
  query.set('hmac', createHmac('sha256', apiSecret).update(query.toString()).digest('hex'))
  return `${pathname}?${query}`
}

/** `host` as the admin gives it: where this shop's admin is, in base64 without padding. */
export function hostParameter(domain: string): string {
  const handle = domain.replace(/\.myshopify\.com$/, '')
  return Buffer.from(`admin.shopify.com/store/${handle}`).toString('base64').replace(/=+$/, '')
}
