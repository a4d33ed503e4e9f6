import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signSessionToken, verifySessionToken } from './session-token.ts'

const app = { apiKey: 'client-id', apiSecret: 'client-secret' }
const nowMs = Date.UTC(2026, 10, 22, 10)
const domain = 'first-light.myshopify.com'
const token = signSessionToken({ ...app, domain, nowMs })

function parts(jwt: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = '', claims = ''] = jwt.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return { header: JSON.parse(header), claims: JSON.parse(claims) }
}

function forge(header: object, claims: object, secret = app.apiSecret): string {
  const unsigned = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`
}

describe('signSessionToken', () => {
  it("carries Shopify's claims and lives for one minute", () => {
    const { header, claims } = parts(token)
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' })
    expect(claims).toEqual({
      iss: `https://${domain}/admin`,
      dest: `https://${domain}`,
      aud: app.apiKey,
      sub: '1',
      exp: nowMs / 1000 + 60,
      nbf: nowMs / 1000,
      iat: nowMs / 1000,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sid: expect.stringMatching(/^[0-9a-f]{64}$/),
      sig: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('gives each token its own jti and one user the same sid', () => {
    const [first, second] = [parts(token).claims, parts(signSessionToken({ ...app, domain, nowMs })).claims]
    expect(first['jti']).not.toBe(second['jti'])
    expect(first['sid']).toBe(second['sid'])
  })
})

describe('verifySessionToken', () => {
  it('names the shop and the user', () => {
    const signed = signSessionToken({ ...app, domain, userId: '42', nowMs })
    expect(verifySessionToken(signed, { ...app, nowMs })).toEqual({ domain, userId: '42' })
  })

  it('honours exp and nbf with ten seconds of tolerance', () => {
    const at = (seconds: number) => verifySessionToken(token, { ...app, nowMs: nowMs + seconds * 1000 })
    expect(at(69)).not.toBeNull()
    expect(at(70)).toBeNull()
    expect(at(-10)).not.toBeNull()
    expect(at(-11)).toBeNull()
  })

  it('refuses another secret, another app and a changed payload', () => {
    const { header, claims } = parts(token)
    const [, , signature] = token.split('.')
    const swapped = forge(header, { ...claims, dest: 'https://victim.myshopify.com' }).split('.')
    expect(verifySessionToken(token, { ...app, apiSecret: 'other', nowMs })).toBeNull()
    expect(verifySessionToken(token, { ...app, apiKey: 'other', nowMs })).toBeNull()
    expect(verifySessionToken([swapped[0], swapped[1], signature].join('.'), { ...app, nowMs })).toBeNull()
  })

  it('refuses every algorithm but HS256, even when the signature fits', () => {
    const { claims } = parts(token)
    const payload = token.split('.')[1]
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    expect(verifySessionToken(`${none}.${payload}.`, { ...app, nowMs })).toBeNull()
    expect(verifySessionToken(`${none}.${payload}`, { ...app, nowMs })).toBeNull()
    for (const alg of ['none', 'HS512', 'RS256', 'hs256']) {
      expect(verifySessionToken(forge({ alg, typ: 'JWT' }, claims), { ...app, nowMs })).toBeNull()
    }
    expect(verifySessionToken(forge({ alg: 'HS256', typ: 'JWT' }, claims), { ...app, nowMs })).not.toBeNull()
  })

  it('refuses an issuer that is not the shop, and claims that are missing', () => {
    const { header, claims } = parts(token)
    const { exp: _, ...endless } = claims
    expect(verifySessionToken(forge(header, endless), { ...app, nowMs })).toBeNull()
    const foreign = { ...claims, iss: 'https://victim.myshopify.com/admin' }
    expect(verifySessionToken(forge(header, foreign), { ...app, nowMs })).toBeNull()
  })

  it.each(['', '.', 'a.b', 'a.b.c', `${token}.x`, `${token}=`, token.replaceAll('.', ' ')])(
    'refuses %j',
    (malformed) => {
      expect(verifySessionToken(malformed, { ...app, nowMs })).toBeNull()
    },
  )
})
