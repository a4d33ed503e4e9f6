/** Google's side of a push: keys that are served as Google serves its own, tokens by them, and wrapped messages. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { signedHeaders } from './receptions.ts'

export const AUDIENCE = 'https://lockstep.test/webhooks/pubsub'
export const SERVICE_ACCOUNT = 'push@my-project.iam.gserviceaccount.com'

export type Claims = Record<string, unknown>

interface Key {
  kid: string
  privateKey: CryptoKey
  jwk: JWK
}

let keys = 0

export async function makeKey(): Promise<Key> {
  keys += 1
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const kid = `key-${keys}`
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } }
}

/** As Google makes them for our subscription, changed in the given claims; `undefined` leaves one out. */
export async function tokenBy({ kid, privateKey }: Key, changes: Claims = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'https://accounts.google.com',
    aud: AUDIENCE,
    azp: '113774264463038321964',
    sub: '113774264463038321964',
    email: SERVICE_ACCOUNT,
    email_verified: true,
    iat: nowS - 60,
    exp: nowS + 3_540,
    ...changes,
  }
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey)
}

export interface KeyServer {
  url: string
  /** How often it was asked. */
  asked: () => number
  /** What it answers with from now on. */
  serve: (keys: readonly Key[]) => void
  /** Answers with this, as an error would. */
  fail: (status: number, text?: string) => void
  stop: () => Promise<void>
}

export async function startKeyServer(first: readonly Key[]): Promise<KeyServer> {
  let asked = 0
  let answer = { status: 200, text: '' }
  const serve = (served: readonly Key[]) =>
    void (answer = { status: 200, text: JSON.stringify({ keys: served.map(({ jwk }) => jwk) }) })
  serve(first)
  const server: Server = createServer((_request, response) => {
    asked += 1
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.text)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/oauth2/v3/certs`,
    asked: () => asked,
    serve,
    fail: (status, text = '') => void (answer = { status, text }),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Shopify's attributes are its headers; `undefined` leaves one out. Without a signature unless `secret` is given. */
export function attributesOf(
  body: string | Uint8Array,
  changes: Record<string, string | undefined> = {},
  secret: string | null = null,
): Record<string, string> {
  const unsigned = secret === null ? { 'X-Shopify-Hmac-Sha256': undefined } : {}
  return signedHeaders(body, secret ?? '', { 'Content-Type': undefined, ...unsigned, ...changes })
}

let messages = 0

/** What Pub/Sub sends, with a message id of its own each time. */
export function wrap(body: string | Uint8Array, attributes: Record<string, string>): string {
  messages += 1
  const ids = { messageId: `${messages}`, message_id: `${messages}` }
  const times = { publishTime: '2026-11-22T10:00:00.1Z', publish_time: '2026-11-22T10:00:00.1Z' }
  return JSON.stringify({
    deliveryAttempt: 1,
    message: { attributes, data: Buffer.from(body).toString('base64'), ...ids, ...times },
    subscription: 'projects/my-project/subscriptions/lockstep',
  })
}
