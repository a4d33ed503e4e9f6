import { beforeEach, expect, it } from 'vitest'
import { answerTokenRequest } from './oauth.ts'
import type { OauthOptions } from './oauth.ts'
import { signSessionToken } from './session-token.ts'
import { TokenVault } from './tokens.ts'
import type { TokenAnswer } from './tokens.ts'

const SHOP = 'one.myshopify.com'
const OTHER = 'two.myshopify.com'
const APP = { apiKey: 'key', apiSecret: 'secret' }
const DAY_MS = 86_400_000
let nowMs = 0
let options: OauthOptions

beforeEach(() => {
  nowMs = Date.parse('2026-11-22T10:00:00Z')
  const now = () => nowMs
  options = {
    ...APP,
    now,
    vault: new TokenVault({ lifetimeSeconds: 3600, scopes: ['read_orders', 'read_products'], now }),
  }
})

const ask = (domain: string, fields: Record<string, unknown>) =>
  answerTokenRequest(domain, { client_id: APP.apiKey, client_secret: APP.apiSecret, ...fields }, options)

const exchange = (domain: string, fields: Record<string, unknown> = {}) =>
  ask(domain, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: signSessionToken({ ...APP, domain, nowMs }),
    subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
    requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
    expiring: '1',
    ...fields,
  })

const refresh = (domain: string, token: string | undefined) =>
  ask(domain, { grant_type: 'refresh_token', refresh_token: token })

function granted(answer: ReturnType<typeof ask>): TokenAnswer {
  if (answer.outcome !== 'granted') throw new Error(JSON.stringify(answer.body))
  return answer.body
}

it('exchanges a session token for an expiring offline token of the granted scopes', () => {
  expect(exchange(SHOP)).toEqual({
    outcome: 'granted',
    grant: 'exchange',
    status: 200,
    body: {
      access_token: expect.stringMatching(/^shpat_/),
      scope: 'read_orders,read_products',
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^shprt_/),
      refresh_token_expires_in: 90 * 86_400,
    },
  })
})

it('gives a token without end when none that expires is asked for', () => {
  const token = granted(exchange(SHOP, { expiring: '0' }))
  expect(Object.keys(token)).toEqual(['access_token', 'scope'])
  nowMs += 1000 * DAY_MS
  expect(options.vault.admits(SHOP, token.access_token)).toBe(true)
})

it('refuses session tokens that are forged, late, for another app or of another shop', () => {
  const tokens = [
    signSessionToken({ ...APP, apiSecret: 'guess', domain: SHOP, nowMs }),
    signSessionToken({ ...APP, domain: SHOP, nowMs: nowMs - 120_000 }),
    signSessionToken({ ...APP, apiKey: 'other', domain: SHOP, nowMs }),
    signSessionToken({ ...APP, domain: OTHER, nowMs }),
    'rubbish',
  ]
  for (const subject_token of tokens)
    expect(exchange(SHOP, { subject_token })).toMatchObject({ status: 400, body: { error: 'invalid_subject_token' } })
})

it('refuses a client that is not the app, and grants that are not modelled', () => {
  expect(exchange(SHOP, { client_secret: 'guess' })).toMatchObject({ status: 400, body: { error: 'invalid_client' } })
  expect(exchange(SHOP, { client_id: 'other' }).body).toMatchObject({ error: 'invalid_client' })
  expect(ask(SHOP, { grant_type: 'password' }).body).toMatchObject({ error: 'unsupported_grant_type' })
  expect(exchange(SHOP, { requested_token_type: 'online' }).body).toMatchObject({ error: 'invalid_request' })
})

it('admits a token to its own shop only, until it expires', () => {
  const { access_token: token } = granted(exchange(SHOP))
  expect(options.vault.admits(SHOP, token)).toBe(true)
  expect(options.vault.admits(OTHER, token)).toBe(false)
  nowMs += 3600_000
  expect(options.vault.admits(SHOP, token)).toBe(false)
})

it('lets the used refresh token be tried again until its replacement is used, then retires it', () => {
  const first = granted(exchange(SHOP))
  const lost = granted(refresh(SHOP, first.refresh_token))
  const second = granted(refresh(SHOP, first.refresh_token))
  expect(refresh(SHOP, lost.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  const third = granted(refresh(SHOP, second.refresh_token))
  expect(refresh(SHOP, first.refresh_token).outcome).toBe('refused')
  expect(refresh(SHOP, second.refresh_token).outcome).toBe('granted')
  expect(new Set([first, lost, second, third].map((one) => one.access_token)).size).toBe(4)
})

it('stops retries 30 days after the first use, and refreshes after 90 days', () => {
  const first = granted(exchange(SHOP))
  granted(refresh(SHOP, first.refresh_token))
  const unused = granted(exchange(SHOP))
  nowMs += 30 * DAY_MS
  expect(refresh(SHOP, first.refresh_token).outcome).toBe('refused')
  nowMs += 60 * DAY_MS
  expect(refresh(SHOP, unused.refresh_token).outcome).toBe('refused')
})

it("never refreshes for another shop, nor a removed app's tokens", () => {
  const token = granted(exchange(SHOP))
  const other = granted(exchange(OTHER))
  expect(refresh(OTHER, token.refresh_token).outcome).toBe('refused')
  options.vault.revoke(SHOP)
  expect(options.vault.admits(SHOP, token.access_token)).toBe(false)
  expect(refresh(SHOP, token.refresh_token).outcome).toBe('refused')
  expect(options.vault.admits(OTHER, other.access_token)).toBe(true)
})
