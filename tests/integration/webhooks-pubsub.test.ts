/** What Google Cloud Pub/Sub pushes, over real sockets, into the same inbox as what Shopify sends itself. */
import { googleKey, keyServer } from '../factories/google-settings.ts'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { startWeb } from '~/web.server'
import { createEdge, type EdgeOptions } from '~/webhooks/edge/create-edge'
import { createWebhookListener } from '~/webhooks/edge/node-listener'
import { refusals } from '~/webhooks/edge/edge.server'
import { action, loader } from '~/webhooks/pubsub/action.server'
import { inbox } from '~/webhooks/inbox.server'
import { attributesOf, type Claims, tokenBy, wrap } from '../factories/google.ts'
import { openRaw, rawHead, type RawConnection } from '../factories/raw-http.ts'
import { emptyBuild } from '../factories/server-build.ts'
import { sign } from '../factories/receptions.ts'
import { closeAll, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

const SECRET = process.env['SHOPIFY_API_SECRET'] ?? ''
const PATH = '/webhooks/pubsub'
const BODY = JSON.stringify(sampleBody('orders/create', { line_items: [] }))

let web: Awaited<ReturnType<typeof startWeb>>
let shop: TestShop
let token: string
const connections: RawConnection[] = []

beforeAll(async () => {
  web = await startWeb({ build: emptyBuild, mode: 'production' })
  token = await tokenBy(googleKey)
})

beforeEach(async () => {
  shop = await installShop()
})

afterEach(() => {
  for (const { socket } of connections.splice(0)) socket.destroy()
})

afterAll(async () => {
  await web.stop()
  await keyServer.stop()
  await closeAll()
})

async function open(port = web.port): Promise<RawConnection> {
  const connection = await openRaw(port)
  connections.push(connection)
  return connection
}

type Changes = Record<string, string | undefined>
const attributes = (changes: Changes = {}, body: string | Uint8Array = BODY, secret: string | null = null) =>
  attributesOf(body, { 'X-Shopify-Shop-Domain': shop.domain, ...changes }, secret)

const headOf = (body: string, headers: Record<string, string> = {}) =>
  rawHead(PATH, {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${token}`,
    'Content-Length': `${Buffer.byteLength(body)}`,
    ...headers,
  })

async function push(body: string, headers: Record<string, string> = {}, port = web.port): Promise<number> {
  const connection = await open(port)
  connection.write(headOf(body, headers) + body)
  return (await connection.answer()).status
}

const ordersOf = () => query<{ id: string }>('select id from orders where shop_id = $1', [shop.id])
const repeatsOf = () => query('select repeats from webhook_deliveries where shop_id = $1', [shop.id])

async function refusedOf(): Promise<unknown[]> {
  await refusals.flush()
  return query('select status, reason, count::int from webhook_refusals where shop_id = $1', [shop.id])
}

it('puts the record into the copy, and says so with an empty answer', async () => {
  const connection = await open()
  const sent = wrap(BODY, attributes({ 'X-Shopify-Triggered-At': '2026-11-22T09:00:00.123456789Z' }))
  connection.write(headOf(sent) + sent)
  const answer = await connection.answer()
  expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0', connection: 'keep-alive' } })
  expect(await deliveriesOf(shop)).toMatchObject([{ topic: 'orders/create', state: 'applied', error: null }])
  expect(await ordersOf()).toHaveLength(1)
  const times = await query<{ triggered: string; isHonest: boolean }>(
    `select to_char(triggered_at at time zone 'UTC', 'HH24:MI:SS.US') as triggered,
       received_at between now() - interval '1 minute' and now() as "isHonest"
     from webhook_deliveries where shop_id = $1`,
    [shop.id],
  )
  expect(times).toEqual([{ triggered: '09:00:00.123456', isHonest: true }])
})

it('knows a repetition, whether it comes at once, late, or as a message of its own', async () => {
  for (const triggeredAt of [new Date().toISOString(), '2026-11-22T09:00:00Z']) {
    shop = await installShop()
    const said = attributes({ 'X-Shopify-Triggered-At': triggeredAt })
    const first = wrap(BODY, said)
    expect([await push(first), await push(first), await push(wrap(BODY, said))]).toEqual([200, 200, 200])
    expect(await repeatsOf()).toEqual([{ repeats: 2 }])
  }
})

it('lets an older version that comes later change nothing', async () => {
  const version = (updated_at: string, name: string) => JSON.stringify({ ...JSON.parse(BODY), updated_at, name })
  const newer = version('2026-11-22T10:00:00Z', 'newer')
  const older = version('2026-11-22T09:00:00Z', 'older')
  expect(await push(wrap(newer, attributes({ 'X-Shopify-Triggered-At': '2026-11-22T10:00:01Z' }, newer)))).toBe(200)
  expect(await push(wrap(older, attributes({ 'X-Shopify-Triggered-At': '2026-11-22T09:00:01Z' }, older)))).toBe(200)
  expect(await query('select name from orders where shop_id = $1', [shop.id])).toEqual([{ name: 'newer' }])
})

it('does with topics of the installation, and of privacy, what is done with them elsewhere', async () => {
  const gone = JSON.stringify({ id: 1, myshopify_domain: shop.domain })
  expect(await push(wrap(gone, attributes({ 'X-Shopify-Topic': 'app/uninstalled' }, gone, SECRET)))).toBe(200)
  const uninstalled = await query('select from shops where id = $1 and uninstalled_at is not null', [shop.id])
  expect(uninstalled).toHaveLength(1)
  const redact = JSON.stringify({ shop_id: 1, shop_domain: shop.domain })
  expect(await push(wrap(redact, attributes({ 'X-Shopify-Topic': 'shop/redact' }, redact, SECRET)))).toBe(200)
  expect(await query('select from shops where id = $1', [shop.id])).toEqual([])
})

it.each(['app/uninstalled', 'App/Scopes_Update', 'shop/redact', 'customers/redact', 'customers/data_request'])(
  'takes no %s that is not signed for this app, since other apps’ may come to its topic',
  async (topic) => {
    const body = JSON.stringify({ id: 1, shop_domain: shop.domain, myshopify_domain: shop.domain, current: [] })
    expect(await push(wrap(body, attributes({ 'X-Shopify-Topic': topic }, body)))).toBe(401)
    expect(await push(wrap(body, attributes({ 'X-Shopify-Topic': topic }, body, 'another app’s')))).toBe(401)
    expect(await query('select scopes from shops where id = $1 and uninstalled_at is null', [shop.id])).toEqual([
      { scopes: 'read_orders' },
    ])
    expect(await deliveriesOf(shop)).toEqual([])
  },
)

it('records a topic that nothing listens to', async () => {
  expect(await push(wrap('{"id":1}', attributes({ 'X-Shopify-Topic': 'themes/update' })))).toBe(200)
  expect(await deliveriesOf(shop)).toMatchObject([{ topic: 'themes/update', state: 'ignored' }])
})

it.each<[string, Claims]>([
  ['of another issuer', { iss: 'https://accounts.example.com' }],
  ['for another audience', { aud: 'https://lockstep.test/webhooks' }],
  ['of another account', { email: 'push@other-project.iam.gserviceaccount.com' }],
  ['whose account is not verified', { email_verified: false }],
  ['that is over', { exp: 1_700_000_000 }],
])('answers 401 to a token %s, and stores nothing', async (_what, claims) => {
  const wrong = await tokenBy(googleKey, claims)
  expect(await push(wrap(BODY, attributes()), { Authorization: `Bearer ${wrong}` })).toBe(401)
  expect(await deliveriesOf(shop)).toEqual([])
})

it.each<[string, string]>([
  ['nothing', ''],
  ['Basic authorization', 'Basic dXNlcjpwYXNz'],
  ['a token without its kind', 'x.y.z'],
  ['what is no token', 'Bearer x'],
])('answers 401 to %s in place of a token', async (_what, authorization) => {
  expect(await push(wrap(BODY, attributes()), { Authorization: authorization })).toBe(401)
})

it('counts who is turned away in a shop’s name', async () => {
  const named = { 'X-Shopify-Shop-Domain': shop.domain }
  await push(wrap(BODY, attributes()), { ...named, Authorization: 'Bearer a.b.c' })
  expect(await refusedOf()).toEqual([{ status: 401, reason: 'token-wrong', count: 1 }])
})

it('takes nothing that is only signed, as deliveries to other addresses are', async () => {
  const signed = { 'X-Shopify-Hmac-Sha256': sign(BODY, SECRET), 'X-Shopify-Topic': 'orders/create' }
  expect(await push(BODY, { ...signed, ...attributes(), Authorization: '' })).toBe(401)
  expect(await deliveriesOf(shop)).toEqual([])
})

it.each(['X-Shopify-Hmac-SHA256', 'x-shopify-hmac-sha256'])('checks a signature that is called %s', async (name) => {
  const unsigned = attributes()
  expect(await push(wrap(BODY, { ...unsigned, [name]: sign(BODY, 'another') }))).toBe(401)
  expect(await push(wrap(BODY, { ...unsigned, [name]: 'none' }))).toBe(401)
  expect(await deliveriesOf(shop)).toEqual([])
  expect(await push(wrap(BODY, { ...unsigned, [name]: sign(BODY, SECRET) }))).toBe(200)
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied' }])
  expect(await refusedOf()).toEqual([
    { status: 401, reason: 'signature-malformed', count: 1 },
    { status: 401, reason: 'signature-wrong', count: 1 },
  ])
})

const NO_BODY = '[]'

it.each<[number, string, () => string]>([
  [400, 'message-malformed', () => '{"message":{}}'],
  [400, 'message-malformed', () => BODY],
  [400, 'not-json', () => wrap(NO_BODY, attributes())],
  [400, 'not-utf8', () => wrap(Buffer.from([0x22, 0xff, 0x22]), attributes())],
  [400, 'shop-malformed', () => wrap(BODY, attributes({ 'X-Shopify-Shop-Domain': 'example.com' }))],
  [400, 'header-malformed', () => wrap(BODY, attributes({ 'X-Shopify-Topic': undefined }))],
  [400, 'header-malformed', () => wrap(BODY, attributes({ 'X-Shopify-Webhook-Id': undefined }))],
  [413, 'too-large', () => wrap(JSON.stringify({ note: 'x'.repeat(5_000_000) }), attributes())],
])('answers %i %s to a message that cannot be read, and stores nothing', async (status, reason, sent) => {
  expect(await push(sent())).toBe(status)
  expect(await deliveriesOf(shop)).toEqual([])
  const isNamed = !['message-malformed', 'shop-malformed'].includes(reason)
  expect(await refusedOf()).toEqual(isNamed ? [{ status, reason, count: 1 }] : [])
})

it('takes a delivery of the very limit, and answers 413 at once to a request that says it is longer', async () => {
  const body = `{"id":1,"note":"${'x'.repeat(4_999_982)}"}`
  expect(body).toHaveLength(5_000_000)
  expect(await push(wrap(body, attributes({ 'X-Shopify-Topic': 'themes/update' })))).toBe(200)
  const connection = await open()
  connection.write(headOf('', { 'Content-Length': '7000000' }))
  expect(await connection.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } })
})

it('wants none of a body before it knows the token', async () => {
  const sent = wrap(BODY, attributes())
  const waiting = { Expect: '100-continue' }
  const refused = await open()
  refused.write(headOf(sent, { ...waiting, Authorization: `Bearer ${await tokenBy(googleKey, { aud: 'other' })}` }))
  expect((await refused.answer()).status).toBe(401)
  const taken = await open()
  taken.write(headOf(sent, waiting))
  expect((await taken.answer()).status).toBe(100)
  taken.write(sent)
  expect((await taken.answer()).status).toBe(200)
})

interface OwnServer {
  port: number
  /** As the server knows them. */
  connections: () => Promise<number>
  close: () => void
}

/** Beside the one of the app. */
async function listen(options: Partial<EdgeOptions>): Promise<OwnServer> {
  const failed = (error: unknown) => {
    throw error
  }
  const edge = createEdge({ secrets: [SECRET], accept: inbox.accept, failed, count: refusals.count, ...options })
  const listener = createWebhookListener(edge, (_request, response) => response.writeHead(418).end())
  const server = createServer(listener.request).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => promisify(server.getConnections.bind(server))(),
    close: () => void server.close(),
  }
}

it('asks for the message again while keys cannot be read, or the database is away', async () => {
  const keysAway = await listen({ verifyToken: async () => 'unknown' })
  const databaseAway = await listen({ verifyToken: async () => 'right', accept: async () => 'unavailable' })
  const sent = wrap(BODY, attributes())
  expect([await push(sent, {}, keysAway.port), await push(sent, {}, databaseAway.port)]).toEqual([503, 503])
  expect(await deliveriesOf(shop)).toEqual([])
  keysAway.close()
  databaseAway.close()
})

it('reads nothing of a sender who leaves while its token is looked at, and takes the next', async () => {
  let decide!: (verdict: 'right') => void
  let asked!: () => void
  const isAsked = new Promise<void>((resolve) => (asked = resolve))
  const verdict = new Promise<'right'>((resolve) => (decide = resolve))
  const counted: string[] = []
  const slow = await listen({
    verifyToken: () => {
      asked()
      return verdict
    },
    count: ({ reason }) => counted.push(reason),
  })
  const sent = wrap(BODY, attributes())
  const leaver = await open(slow.port)
  leaver.write(headOf(sent))
  await isAsked
  leaver.socket.resetAndDestroy()
  await expect.poll(slow.connections).toBe(0)
  const stayer = push(sent, {}, slow.port)
  decide('right')
  expect(await stayer).toBe(200)
  await expect.poll(() => counted).toEqual(['broken-off'])
  slow.close()
})

it('takes nothing where it is not set up', async () => {
  const { port, close } = await listen({})
  expect(await push(wrap(BODY, attributes()), {}, port)).toBe(404)
  close()
})

it('is a route of Remix, too', async () => {
  const statusOf = async (method: string, authorization: string) => {
    const body = method === 'POST' ? { body: wrap(BODY, attributes()) } : {}
    const headers = { 'Content-Type': 'application/json', Authorization: authorization }
    const request = new Request(`https://lockstep.test${PATH}`, { method, headers, ...body })
    const answer = await (method === 'POST' ? action : loader)({ request, params: {}, context: {} })
    return answer.status
  }
  expect(await statusOf('POST', `Bearer ${token}`)).toBe(200)
  expect(await ordersOf()).toHaveLength(1)
  expect(await statusOf('POST', 'Bearer a.b.c')).toBe(401)
  expect(await statusOf('GET', `Bearer ${token}`)).toBe(405)
})
