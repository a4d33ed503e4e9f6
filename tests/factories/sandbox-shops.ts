/** Shops of the sandbox that have the app: recorded, with a token got by a real token exchange. */
import { Session } from '@shopify/shopify-api'
import { pool } from '~/db.server'
import { recordInstall } from '~/db/shops.server'
import { sessionStorage } from '~/shopify.server'
import type { SandboxShop, ShopSeed } from '../../sandbox/contract.ts'
import { sandbox } from './running-sandbox.ts'

export interface ConnectedShop {
  id: string
  domain: string
  shop: SandboxShop
}

interface TokenAnswer {
  access_token: string
  scope: string
  refresh_token: string
}

let sequence = 0

/** Sends no webhooks. Unique per call. */
export async function connectedShop(seed: Partial<ShopSeed> = {}): Promise<ConnectedShop> {
  sequence += 1
  const domain = `sandbox-${sequence}.myshopify.com`
  const sizes = { products: 5, customers: 5, orders: 5 }
  const shop = sandbox.createShop({ domain, seed: sequence, plan: 'enterprise', ...sizes, ...seed })
  shop.webhooks.enabled = false
  const { id } = await recordInstall(domain, { scopes: 'read_products' })
  await pool.query(`update shops set timezone = 'UTC' where id = $1`, [id])
  const granted = await exchange(shop)
  await sessionStorage.storeSession(sessionOf(domain, granted))
  return { id, domain, shop }
}

async function exchange(shop: SandboxShop): Promise<TokenAnswer> {
  const answer = await fetch(`${sandbox.url}/${shop.domain}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_id: process.env['SHOPIFY_API_KEY'],
      client_secret: process.env['SHOPIFY_API_SECRET'],
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: shop.sessionToken(),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
      expiring: '1',
    }),
  })
  if (!answer.ok) throw new Error(`no token: ${await answer.text()}`)
  return (await answer.json()) as TokenAnswer
}

function sessionOf(domain: string, granted: TokenAnswer): Session {
  return new Session({
    id: `offline_${domain}`,
    shop: domain,
    state: '',
    isOnline: false,
    scope: granted.scope,
    accessToken: granted.access_token,
    refreshToken: granted.refresh_token,
    expires: new Date(Date.now() + 60 * 60_000),
  })
}

export interface SessionRow {
  accessToken: string
  refreshToken: string | null
  /** Whether the token has come to its end. */
  ended: boolean
}

export async function sessionRow(domain: string): Promise<SessionRow> {
  const { rows } = await pool.query<SessionRow>(
    `select access_token as "accessToken", refresh_token as "refreshToken", expires <= now() as ended
     from sessions where id = $1`,
    [`offline_${domain}`],
  )
  return rows[0]!
}

/** As an hour later. */
export async function endToken(domain: string): Promise<void> {
  await pool.query('update sessions set expires = now() where id = $1', [`offline_${domain}`])
}
