import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** How far two clocks may be apart, in seconds: what Shopify's own library allows when it checks `exp` and `nbf`. */
export const clockToleranceSeconds = 10

export interface SessionTokenOptions {
  /** The app's client id, which becomes `aud`. */
  apiKey: string
  /** The app's client secret, which signs the token. */
  apiSecret: string
  /** The shop, `*.myshopify.com`. */
  domain: string
  /** Numeric id of the member of staff, as a string. Default `'1'`. */
  userId?: string
  /** Default 60, the lifetime that Shopify gives to session tokens. */
  lifetimeSeconds?: number
  /** The sandbox's clock, milliseconds since 1970. */
  nowMs: number
}

export interface VerifiedSessionToken {
  domain: string
  userId: string
}

const headerSchema = z.object({ alg: z.literal('HS256'), typ: z.literal('JWT').optional() })

const claimsSchema = z.object({
  iss: z.string(),
  dest: z.string(),
  aud: z.string(),
  sub: z.string(),
  exp: z.number(),
  nbf: z.number(),
})

/**
 * A session token as App Bridge hands it out: a JWT signed with HS256 by the client secret, with the claims that
 * shopify.dev lists under "session tokens": `iss dest aud sub exp nbf iat jti sid sig`. `sig` is Shopify's own
 * fingerprint, which no app can check; here it is derived from the session's id.
 */
export function signSessionToken(options: SessionTokenOptions): string {
  const { apiKey, apiSecret, domain, userId = '1', lifetimeSeconds = 60, nowMs } = options
  const issuedAt = Math.floor(nowMs / 1000)
  const sid = createHash('sha256').update(`${domain}/${userId}`).digest('hex')
  const claims = {
    iss: `https://${domain}/admin`,
    dest: `https://${domain}`,
    aud: apiKey,
    sub: userId,
    exp: issuedAt + lifetimeSeconds,
    nbf: issuedAt,
    iat: issuedAt,
    jti: randomUUID(),
    sid,
    sig: createHmac('sha256', apiSecret).update(sid).digest('hex'),
  }
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${unsigned}.${signatureOf(unsigned, apiSecret)}`
}

/**
 * The shop and user that a session token speaks for, or null when it is forged, malformed, signed by any algorithm but
 * HS256, meant for another app, outside its lifetime, or when issuer and shop disagree.
 */
export function verifySessionToken(
  token: string,
  { apiKey, apiSecret, nowMs }: { apiKey: string; apiSecret: string; nowMs: number },
): VerifiedSessionToken | null {
  const [header, payload, signature, ...rest] = token.split('.')
  if (!header || !payload || !signature || rest.length > 0) return null
  const given = Buffer.from(signature)
  const expected = Buffer.from(signatureOf(`${header}.${payload}`, apiSecret))
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null

  const claims = claimsSchema.safeParse(decode(payload))
  if (!headerSchema.safeParse(decode(header)).success || !claims.success) return null
  const { iss, dest, aud, sub, exp, nbf } = claims.data
  const now = nowMs / 1000
  if (aud !== apiKey || now >= exp + clockToleranceSeconds || now < nbf - clockToleranceSeconds) return null
  if (!dest.startsWith('https://') || iss !== `${dest}/admin`) return null
  return { domain: dest.slice('https://'.length), userId: sub }
}

function signatureOf(unsigned: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(unsigned).digest('base64url')
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
