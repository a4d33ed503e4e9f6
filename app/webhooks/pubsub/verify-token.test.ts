import { createHmac } from 'node:crypto'
import { exportSPKI, importJWK } from 'jose'
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  AUDIENCE,
  type Claims,
  type KeyServer,
  makeKey,
  SERVICE_ACCOUNT,
  startKeyServer,
  tokenBy,
} from '../../../tests/factories/google.ts'
import { createTokenCheck, type TokenSettings } from './verify-token'

type Key = Awaited<ReturnType<typeof makeKey>>
let key: Key
let another: Key
let server: KeyServer
let failures: unknown[]

beforeAll(async () => {
  key = await makeKey()
  another = await makeKey()
})

beforeEach(async () => {
  server = await startKeyServer([key])
  failures = []
})

afterEach(() => server.stop())

const check = (options: Partial<TokenSettings> = {}) =>
  createTokenCheck({
    audience: AUDIENCE,
    serviceAccount: SERVICE_ACCOUNT,
    keysUrl: server.url,
    keysFailed: (error) => failures.push(error),
    ...options,
  })

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

it.each(['https://accounts.google.com', 'accounts.google.com'])('takes a token of %s', async (iss) => {
  expect(await check()(await tokenBy(key, { iss }))).toBe('right')
})

it.each<[string, Claims]>([
  ['of somebody else', { iss: 'https://accounts.example.com' }],
  ['of nobody', { iss: undefined }],
  ['for another audience', { aud: 'https://other.example.com/webhooks/pubsub' }],
  ['for no audience', { aud: undefined }],
  ['of another service account', { email: 'push@other-project.iam.gserviceaccount.com' }],
  ['of no account', { email: undefined }],
  ['of an account in capitals', { email: SERVICE_ACCOUNT.toUpperCase() }],
  ['whose account is not verified', { email_verified: false }],
  ['whose account is verified in words', { email_verified: 'true' }],
  ['that says nothing of its account', { email_verified: undefined }],
  ['that is over', { exp: inSeconds(-40) }],
  ['without an end', { exp: undefined }],
  ['from the future', { iat: inSeconds(40) }],
  ['without a beginning', { iat: undefined }],
  ['of long ago, without an end in sight', { iat: inSeconds(-3_700), exp: inSeconds(1_000_000) }],
  ['that is not valid yet', { nbf: inSeconds(40) }],
])('refuses a token %s', async (_what, changes) => {
  expect(await check()(await tokenBy(key, changes))).toBe('wrong')
  expect(failures).toEqual([])
})

it('lets clocks differ by half a minute', async () => {
  expect(await check()(await tokenBy(key, { iat: inSeconds(20) }))).toBe('right')
  expect(await check()(await tokenBy(key, { exp: inSeconds(-20) }))).toBe('right')
})

it('refuses what is no token, and one that was changed', async () => {
  const [head, claims, signature] = (await tokenBy(key)).split('.') as [string, string, string]
  const other = (await tokenBy(key, { sub: '1' })).split('.')[1]
  const verify = check()
  expect(await verify('x')).toBe('wrong')
  expect(await verify(`${head}.${claims}.`)).toBe('wrong')
  expect(await verify(`${head}.${other}.${signature}`)).toBe('wrong')
  expect(await verify(`${head}.${claims}.${signature}`)).toBe('right')
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

it('refuses a token without a signature, and one that is signed with what everybody can read', async () => {
  const claims = (await tokenBy(key)).split('.')[1]
  expect(await check()(`${encoded({ alg: 'none', kid: key.kid })}.${claims}.`)).toBe('wrong')
  const publicKey = await exportSPKI((await importJWK(key.jwk, 'RS256', { extractable: true })) as CryptoKey)
  const signed = `${encoded({ alg: 'HS256', kid: key.kid })}.${claims}`
  const signature = createHmac('sha256', publicKey).update(signed).digest('base64url')
  expect(await check()(`${signed}.${signature}`)).toBe('wrong')
})

it('refuses a key that is not Google’s, whatever it calls itself', async () => {
  expect(await check()(await tokenBy({ ...another, kid: key.kid }))).toBe('wrong')
})

it('reads the keys once for many tokens', async () => {
  const verify = check()
  const token = await tokenBy(key)
  expect(await Promise.all([verify(token), verify(token), verify(token)])).toEqual(['right', 'right', 'right'])
  expect(await verify(token)).toBe('right')
  expect(server.asked()).toBe(1)
})

it('finds a new key, and forgets one that is withdrawn', async () => {
  const verify = check({ cooldownMs: 0 })
  expect(await verify(await tokenBy(key))).toBe('right')
  server.serve([another])
  expect(await verify(await tokenBy(another))).toBe('right')
  expect(await verify(await tokenBy(key))).toBe('wrong')
})

it('does not ask Google for every key that somebody makes up', async () => {
  const verify = check()
  expect(await verify(await tokenBy(key))).toBe('right')
  for (let times = 0; times < 20; times += 1) {
    expect(await verify(await tokenBy({ ...another, kid: `made up ${times}` }))).toBe('wrong')
  }
  expect(server.asked()).toBe(1)
})

it.each<[string, () => void | Promise<void>]>([
  ['are away', () => server.stop()],
  ['are answered with an error', () => server.fail(500)],
  ['have moved', () => server.fail(302)],
  ['are no JSON', () => server.fail(200, 'moved')],
  ['are another thing', () => server.fail(200, '{"error":"none"}')],
])('says that it does not know, while the keys %s', async (what, break_) => {
  await break_()
  expect(await check()(await tokenBy(key))).toBe('unknown')
  expect(failures).toHaveLength(1)
  if (what === 'are away') server = await startKeyServer([key])
})

it('knows again when the keys are back', async () => {
  const verify = check()
  server.fail(503)
  expect(await verify(await tokenBy(key))).toBe('unknown')
  server.serve([key])
  expect(await verify(await tokenBy(key))).toBe('right')
})
