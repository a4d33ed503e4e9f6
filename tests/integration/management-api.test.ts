/** GET and POST /api/webhooks: who is let in, what is understood, and what is answered when Shopify is not. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { revokeApiKey } from '~/management/api-keys.server'
import { action, loader } from '~/routes/api.webhooks'
import { subscriptionsOf } from '~/shopify/webhook-subscriptions.server'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import { signSessionToken } from '../../sandbox/session-token.ts'
import { newKeyOf } from '../factories/callers.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'
import { testEnvironment } from '../setup/test-environment.ts'

const address = `${testEnvironment.SHOPIFY_APP_URL}/api/webhooks`
const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = testEnvironment

let mine: ConnectedShop
let theirs: ConnectedShop

beforeAll(async () => {
  mine = await connectedShop()
  theirs = await connectedShop()
})

afterAll(async () => {
  await closeDatabase()
  await sandbox.close()
})

const tokenOf = ({ domain }: ConnectedShop, changes: Partial<Parameters<typeof signSessionToken>[0]> = {}) =>
  signSessionToken({ apiKey, apiSecret, domain, nowMs: Date.now(), ...changes })

const bearer = (credentials: string) => ({ Authorization: `Bearer ${credentials}` })

interface Answered {
  status: number
  headers: Headers
  body: Record<string, unknown>
  code: string | undefined
  message: string
}

async function send(request: Request): Promise<Answered> {
  const answer = await (request.method === 'GET' ? loader : action)({ request })
  expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  expect(answer.headers.get('Location')).toBeNull()
  const body = (await answer.json()) as Record<string, unknown>
  const error = body.error as { code: string; message: string } | undefined
  return { status: answer.status, headers: answer.headers, body, code: error?.code, message: error?.message ?? '' }
}

const get = (tenantId: string | null, headers: Record<string, string>) =>
  send(new Request(tenantId === null ? address : `${address}?tenantId=${tenantId}`, { headers }))

const post = (body: unknown, headers: Record<string, string>) =>
  send(
    new Request(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  )

describe('who calls', () => {
  it.each(['curl/8.5.0', 'node', 'python-requests/2.32'])('may be a program such as %s, with a key', async (agent) => {
    const { key } = await newKeyOf(mine)
    const headers = { 'User-Agent': agent }
    expect((await get(mine.domain, { ...headers, ...bearer(key) })).status).toBe(200)
    expect((await get(mine.domain, { ...headers, 'X-Lockstep-Api-Key': key })).status).toBe(200)
  })

  it('may be a page of the app, with a session token', async () => {
    const answer = await get(mine.domain, bearer(tokenOf(mine)))
    expect([answer.status, answer.body.tenantId]).toEqual([200, mine.domain])
  })

  it('is refused, always in the same words, without credentials or with wrong ones', async () => {
    const { key, apiKey: revoked } = await newKeyOf(mine)
    await revokeApiKey(mine.id, revoked.id)
    const hour = 3_600_000
    const wrong: Record<string, string>[] = [
      {},
      bearer('lk_'),
      bearer(`lk_${'A'.repeat(43)}`),
      bearer('rubbish'),
      { Authorization: `Basic ${key}` },
      { 'X-Lockstep-Api-Key': 'rubbish' },
      bearer(key),
      bearer(tokenOf(mine, { nowMs: Date.now() - hour })),
      bearer(tokenOf(mine, { nowMs: Date.now() + hour })),
      bearer(tokenOf(mine, { apiSecret: 'another' })),
      bearer(tokenOf(mine, { apiKey: 'another' })),
      bearer(tokenOf(mine, { domain: 'stranger.myshopify.com' })),
    ]
    const answers = await Promise.all(wrong.map((headers) => get(mine.domain, headers)))
    expect(answers.map(({ status, code }) => [status, code])).toEqual(wrong.map(() => [401, 'unauthorized']))
    expect(new Set(answers.map(({ message }) => message)).size).toBe(1)
    expect(answers[0]!.headers.get('WWW-Authenticate')).toBe('Bearer')
    expect(answers[0]!.message).not.toContain('myshopify')
  })

  it('is refused for a shop that has uninstalled the app, with a key and with a token', async () => {
    const gone = await connectedShop()
    const { key } = await newKeyOf(gone)
    await pool.query('update shops set uninstalled_at = now() where id = $1', [gone.id])
    expect((await get(gone.domain, bearer(key))).status).toBe(401)
    expect((await post({ tenantId: gone.domain, action: 'register' }, bearer(tokenOf(gone)))).status).toBe(401)
  })

  it('may speak of no shop but its own, whose domain it may write in any case', async () => {
    const { key } = await newKeyOf(mine)
    for (const tenantId of [theirs.domain, `${mine.domain}.example.com`, mine.domain.slice(1), '*']) {
      expect(await get(tenantId, bearer(key))).toMatchObject({ status: 403, code: 'forbidden' })
      const refused = await post({ tenantId, action: 'unregister' }, bearer(tokenOf(mine)))
      expect(refused).toMatchObject({ status: 403, code: 'forbidden' })
    }
    expect((await get(mine.domain.toUpperCase(), bearer(key))).status).toBe(200)
  })
})

describe('what is not understood', () => {
  it.each([
    ['{', 400, 'invalid_json', /not JSON/],
    ['', 400, 'invalid_json', /not JSON/],
    ['[]', 400, 'invalid_request', /not a JSON object/],
    ['null', 400, 'invalid_request', /not a JSON object/],
    ['{}', 400, 'invalid_request', /^tenantId is missing.*; action is not one of register, unregister, update\.$/],
    [{ action: 'register' }, 400, 'invalid_request', /^tenantId is missing/],
    [{ tenantId: 5, action: 'register' }, 400, 'invalid_request', /^tenantId/],
    [{ tenantId: 'x', action: 'destroy' }, 400, 'invalid_request', /^action is not one of/],
    [{ tenantId: 'x', action: 'update', topics: 'themes/update' }, 400, 'invalid_request', /^topics is not a list/],
    [
      { tenantId: 'x', action: 'update', topics: ['themes/update', 'a/b'] },
      400,
      'invalid_request',
      /^topics\.1 is not a topic/,
    ],
    [{ tenantId: 'x', action: 'update', topics: ['shop/redact'] }, 400, 'invalid_request', /^topics\.0 is not a topic/],
  ])('%j is %i %s, and nothing is done', async (body, status, code, message) => {
    const answer = await post(body, bearer(tokenOf(mine)))
    expect(answer).toMatchObject({ status, code })
    expect(answer.message).toMatch(message)
  })

  it('a body of more than 100,000 bytes is not read to its end', async () => {
    const answer = await post({ tenantId: 'x'.repeat(100_000) }, bearer(tokenOf(mine)))
    expect(answer).toMatchObject({ status: 413, code: 'too_large' })
    expect(answer.headers.get('Connection')).toBe('close')
  })

  it('a body that is not said to be JSON is not read', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const answer = await post({}, { ...bearer(tokenOf(mine)), 'Content-Type': type })
      expect(answer).toMatchObject({ status: 415, code: 'unsupported_media_type' })
    }
    const named = await post({}, { ...bearer(tokenOf(mine)), 'Content-Type': 'application/json; charset=utf-8' })
    expect(named.status).toBe(400)
  })

  it('a GET has to name the shop', async () => {
    expect(await get(null, bearer(tokenOf(mine)))).toMatchObject({ status: 400, code: 'invalid_request' })
    expect((await get('', bearer(tokenOf(mine)))).message).toMatch(/^tenantId is empty/)
  })

  it.each(['PUT', 'PATCH', 'DELETE'])('%s is not allowed', async (method) => {
    const answer = await send(new Request(address, { method, headers: bearer(tokenOf(mine)) }))
    expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'GET, POST'])
  })
})

describe('what is done', () => {
  it('register and unregister say of each topic what became of it, and GET shows what there is', async () => {
    const shop = await connectedShop()
    const headers = bearer((await newKeyOf(shop)).key)
    const tenantId = shop.domain
    const topics = ['themes/update', 'orders/create']
    const registered = await post({ tenantId, action: 'register', topics }, headers)
    expect(registered).toMatchObject({ status: 200 })
    expect(registered.body).toEqual({
      tenantId,
      action: 'register',
      results: [
        { topic: 'themes/update', outcome: 'created', reason: null },
        { topic: 'orders/create', outcome: 'unchanged', reason: 'shopify.app.toml subscribes to it' },
      ],
    })
    const port = subscriptionsOf(shop.domain, new AbortController().signal)
    await port.create('orders/create', 'pubsub://project:topic')
    const shown = await get(tenantId, headers)
    expect(shown.body).toEqual({
      tenantId,
      mode: 'declared',
      declared: expect.arrayContaining([...DECLARED_TOPICS, 'shop/redact']),
      subscriptions: [
        {
          id: expect.stringMatching(/^gid:\/\/shopify\/WebhookSubscription\/\d+$/),
          topic: 'themes/update',
          uri: `${testEnvironment.SHOPIFY_APP_URL}/webhooks/other`,
          isManaged: true,
        },
        { id: expect.any(String), topic: 'orders/create', uri: 'pubsub://project:topic', isManaged: false },
      ],
      health: expect.objectContaining({ state: 'waiting-for-first', reasons: [expect.any(String)] }),
    })
    const removed = await post({ tenantId, action: 'unregister' }, headers)
    expect(removed.body.results).toEqual([{ topic: 'themes/update', outcome: 'deleted', reason: null }])
    expect((await port.list()).map(({ uri }) => uri)).toEqual(['pubsub://project:topic'])
  })

  it('reaches no other shop', async () => {
    const [one, two] = [await connectedShop(), await connectedShop()]
    for (const shop of [one, two]) {
      await post({ tenantId: shop.domain, action: 'register', topics: ['themes/update'] }, bearer(tokenOf(shop)))
    }
    await post({ tenantId: one.domain, action: 'unregister' }, bearer(tokenOf(one)))
    const left = await get(two.domain, bearer(tokenOf(two)))
    expect(left.body.subscriptions).toHaveLength(1)
  })
})

describe('when Shopify cannot be read', () => {
  it('and does not let us in, it is 502 with what to do', async () => {
    const shop = await connectedShop()
    shop.shop.fail('http403', 1)
    expect(await get(shop.domain, bearer(tokenOf(shop)))).toMatchObject({ status: 502, code: 'shopify_refused' })
    shop.shop.uninstall()
    const refused = await post({ tenantId: shop.domain, action: 'register' }, bearer(tokenOf(shop)))
    expect(refused).toMatchObject({ status: 502, code: 'shopify_refused' })
    expect(refused.message).toMatch(/Open Lockstep in the Shopify admin/)
  })

  it('and does not answer, it is 503 with when to try again', async () => {
    const shop = await connectedShop()
    shop.shop.fail('throttled', 6)
    const refused = await get(shop.domain, bearer(tokenOf(shop)))
    expect(refused).toMatchObject({ status: 503, code: 'shopify_unavailable' })
    expect(refused.headers.get('Retry-After')).toBe('60')
  })
})

describe('when Lockstep itself fails', () => {
  it.each([
    [503, 'unavailable', { code: 'ECONNREFUSED' }],
    [503, 'unavailable', { code: '57P01' }],
    [500, 'internal', { code: '42P01' }],
  ])('it is %i %s, without a word of why', async (status, code, properties) => {
    const { key } = await newKeyOf(mine)
    const spy = vi.spyOn(pool, 'query')
    spy.mockRejectedValue(Object.assign(new Error('secret-host, table api_keys'), properties))
    const answer = await get(mine.domain, bearer(key))
    spy.mockRestore()
    expect(answer).toMatchObject({ status, code })
    expect(answer.message).not.toMatch(/secret-host|api_keys/)
  })
})
