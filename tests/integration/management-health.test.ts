/** PUT /api/webhooks/health, and the verdict in GET /api/webhooks. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import * as webhooksRoute from '~/routes/api.webhooks'
import { action, loader } from '~/routes/api.webhooks_.health'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import type { WebhookHealth } from '~/presenters/webhooks/webhook-health'
import { keyOf, tokenOf } from '../factories/callers.ts'
import { addDeliveries } from '../factories/deliveries.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'
import { testEnvironment } from '../setup/test-environment.ts'

const address = `${testEnvironment.SHOPIFY_APP_URL}/api/webhooks/health`

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

type Answer = WebhookHealth & { tenantId: string; error?: { code: string; message: string } }

async function put(authorization: string | null, body?: unknown, headers: Record<string, string> = {}) {
  const request = new Request(address, {
    method: 'PUT',
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const answer = await action({ request })
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return { status: answer.status, body: (await answer.json()) as Answer, headers: answer.headers }
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

it('counts what nobody has counted yet, and tells of each topic how well it arrives', async () => {
  const shop = await connectedShop()
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), times: 40, transitMs: 1_000, applyMs: 30, repeats: 1 })
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), times: 2, stale: true })
  await addDeliveries(shop.id, { receivedAt: minutesAgo(1), state: 'dead' })
  // Before the hours that every count looks at; no count has ever been made.
  await addDeliveries(shop.id, { receivedAt: minutesAgo(180), times: 5 })
  const { status, body } = await put(await keyOf(shop), { tenantId: shop.domain })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    tenantId: shop.domain,
    verdict: { state: 'failing', reasons: [expect.stringContaining('given up on')], toDo: expect.any(String) },
    lastReceivedAt: expect.stringMatching(/Z$/),
    ...{ pending: 0, deadLetters: 1, deadLettersOpen: 1 },
    lossDay: { lost: 0, rate: 0 },
  })
  expect(Date.now() - Date.parse(body.figuresAsOf!)).toBeLessThan(60_000)
  expect(body.topics.map(({ topic }) => topic)).toEqual(DECLARED_TOPICS)
  const topic = body.topics.find((each) => each.topic === 'orders/updated')!
  expect(topic).toMatchObject({
    isDeclared: true,
    windows: { day: { received: 48, failed: 1 }, week: { received: 48, failed: 1 }, hour: { failed: 1 } },
    ...{ repeatsDay: 40, staleDay: 2, deadLetters: 1, silence: { isSilent: false } },
    latency: { transit: { count: 48 }, apply: { count: 47 } },
  })
  for (const figures of [topic.latency.transit, topic.latency.apply])
    expect([figures.p50Ms, figures.p95Ms, figures.p99Ms].map((ms) => ms !== null && ms > 0)).toEqual([true, true, true])
  const { rows } = await pool.query('select from webhook_rollups where shop_id = $1', [shop.id])
  expect(rows.length).toBeGreaterThan(0)
})

it('a shop that has heard nothing is told so, as of now, though no count of all shops is made', async () => {
  await pool.query(`insert into webhook_rollup_progress values ('deliveries', now() - interval '1 day')
    on conflict (figure) do update set counted_to = excluded.counted_to`)
  const { body } = await put(tokenOf(mine))
  expect(body.verdict.state).toBe('waiting-for-first')
})

describe('who calls', () => {
  it.each([undefined, {}, ''])('may leave the tenant out: %j', async (body) => {
    for (const authorization of [await keyOf(mine), tokenOf(mine)]) {
      const answer = await put(authorization, body)
      expect([answer.status, answer.body.tenantId]).toEqual([200, mine.domain])
    }
  })

  it('sees its own shop and no other', async () => {
    await addDeliveries(theirs.id, { receivedAt: minutesAgo(1), times: 3 })
    const { body } = await put(tokenOf(mine), { tenantId: mine.domain.toUpperCase() })
    expect(body.windows.week.received).toBe(0)
    const { rows } = await pool.query('select from webhook_rollups where shop_id = $1', [theirs.id])
    expect(rows).toEqual([])
    for (const tenantId of [theirs.domain, '*', mine.domain.slice(1)]) {
      const refused = await put(tokenOf(mine), { tenantId })
      expect([refused.status, refused.body.error?.code]).toEqual([403, 'forbidden'])
    }
  })

  it('is refused without credentials, and with wrong ones', async () => {
    for (const authorization of [null, 'Bearer lk_AAAA', 'Bearer rubbish']) {
      const refused = await put(authorization, { tenantId: mine.domain })
      expect([refused.status, refused.body.error?.code]).toEqual([401, 'unauthorized'])
    }
  })
})

it.each([
  ['{', 400, 'invalid_json', /not JSON/],
  ['[]', 400, 'invalid_request', /not a JSON object/],
  [{ tenantId: 5 }, 400, 'invalid_request', /^tenantId/],
  [{ tenantId: '' }, 400, 'invalid_request', /^tenantId is empty/],
])('%j is %i %s', async (body, status, code, message) => {
  const answer = await put(tokenOf(mine), body)
  expect([answer.status, answer.body.error?.code]).toEqual([status, code])
  expect(answer.body.error?.message).toMatch(message)
})

it('a body that is not said to be JSON is not read', async () => {
  const { status } = await put(tokenOf(mine), '{}', { 'Content-Type': 'text/plain' })
  expect(status).toBe(415)
  const request = new Request(address, {
    method: 'PUT',
    headers: { Authorization: tokenOf(mine) },
    body: Buffer.from('{}'),
  })
  expect((await action({ request })).status).toBe(415)
})

it.each(['GET', 'POST', 'PATCH', 'DELETE'])('%s is not allowed', async (method) => {
  const request = new Request(address, { method, headers: { Authorization: tokenOf(mine) } })
  const answer = await (method === 'GET' ? loader : action)({ request })
  expect([answer.status, answer.headers.get('Allow')]).toEqual([405, 'PUT'])
})

it('GET /api/webhooks tells the verdict and its reason', async () => {
  const headers = { Authorization: tokenOf(mine) }
  const request = new Request(`${testEnvironment.SHOPIFY_APP_URL}/api/webhooks?tenantId=${mine.domain}`, { headers })
  const body = (await (await webhooksRoute.loader({ request })).json()) as { health: unknown }
  expect(body.health).toEqual({
    ...{ state: expect.any(String), title: expect.any(String), toDo: expect.toBeOneOf([expect.any(String), null]) },
    ...{ reasons: expect.arrayContaining([expect.any(String)]), figuresAsOf: expect.stringMatching(/Z$/) },
  })
})
