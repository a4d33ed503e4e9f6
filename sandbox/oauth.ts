import { verifySessionToken } from './session-token.ts'
import type { TokenAnswer, TokenVault } from './tokens.ts'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const OFFLINE_TOKEN = 'urn:shopify:params:oauth:token-type:offline-access-token'

export interface OauthOptions {
  apiKey: string
  apiSecret: string
  vault: TokenVault
  /** The shop's clock, milliseconds since 1970. */
  now: () => number
}

export type OauthAnswer =
  | { outcome: 'granted'; grant: 'exchange' | 'refresh'; status: 200; body: TokenAnswer }
  | { outcome: 'refused'; status: 400; body: { error: string; error_description: string } }

/**
 * `POST /{shop}/admin/oauth/access_token`: exchanges a session token of the shop for an offline token, or refreshes one.
 * `fields` are the request's, whether they came as JSON or as a form.
 */
export function answerTokenRequest(
  domain: string,
  fields: Record<string, unknown>,
  options: OauthOptions,
): OauthAnswer {
  if (fields['client_id'] !== options.apiKey || fields['client_secret'] !== options.apiSecret)
    return refused('invalid_client', 'Client authentication failed.')
  switch (fields['grant_type']) {
    case TOKEN_EXCHANGE:
      return exchange(domain, fields, options)
    case 'refresh_token':
      return refresh(domain, fields, options)
    default:
      return refused('unsupported_grant_type', 'Only token exchange and refresh_token are modelled.')
  }
}

function exchange(domain: string, fields: Record<string, unknown>, options: OauthOptions): OauthAnswer {
  const { apiKey, apiSecret, vault, now } = options
  if (fields['subject_token_type'] !== ID_TOKEN)
    return refused('invalid_request', 'Only session tokens can be exchanged here.')
  if (fields['requested_token_type'] !== OFFLINE_TOKEN)
    return refused('invalid_request', 'Only offline access tokens are modelled.')
  const verified = verifySessionToken(text(fields['subject_token']), { apiKey, apiSecret, nowMs: now() })
  if (verified?.domain !== domain)
    return refused('invalid_subject_token', 'The subject token is not a valid session token of this shop.')
  const expiring = text(fields['expiring']) === '1'
  return { outcome: 'granted', grant: 'exchange', status: 200, body: vault.issue(domain, { expiring }) }
}

function refresh(domain: string, fields: Record<string, unknown>, { vault }: OauthOptions): OauthAnswer {
  const body = vault.refresh(domain, text(fields['refresh_token']))
  if (!body) return refused('invalid_grant', 'The refresh token is expired, retired or unknown.')
  return { outcome: 'granted', grant: 'refresh', status: 200, body }
}

/** What was sent as text, or as a number, which some clients do with `expiring`. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function refused(error: string, description: string): OauthAnswer {
  return { outcome: 'refused', status: 400, body: { error, error_description: description } }
}
