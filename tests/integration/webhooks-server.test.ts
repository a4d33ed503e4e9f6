/** The server as it listens in production: what comes over a socket, and what goes back. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { startWeb } from '~/web.server'
import { openRaw, rawHead, type RawConnection } from '../factories/raw-http.ts'
import { emptyBuild } from '../factories/server-build.ts'
import { signedHeaders } from '../factories/receptions.ts'
import { closeAll, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

// Before the settings are read: any free port.
vi.hoisted(() => {
  process.env['PORT'] = '0'
  process.env['SHOPIFY_API_SECRET_PREVIOUS'] = 'the previous secret'
})

const SECRET = process.env['SHOPIFY_API_SECRET'] ?? ''
const PATH = '/webhooks/orders'
const BODY = JSON.stringify(sampleBody('orders/create', { line_items: [] }))

let web: Awaited<ReturnType<typeof startWeb>>
let shop: TestShop
const connections: RawConnection[] = []

beforeAll(async () => {
  web = await startWeb({ build: emptyBuild, mode: 'production' })
  shop = await installShop()
})

afterEach(() => {
  for (const { socket } of connections.splice(0)) socket.destroy()
})

afterAll(async () => {
  await web.stop()
  await closeAll()
})

async function open(): Promise<RawConnection> {
  const connection = await openRaw(web.port)
  connections.push(connection)
  return connection
}

type Changes = Record<string, string | undefined>
const headers = (changes: Changes = {}, secret = SECRET) =>
  signedHeaders(BODY, secret, {
    'X-Shopify-Shop-Domain': shop.domain,
    'Content-Length': `${Buffer.byteLength(BODY)}`,
    ...changes,
  })

const head = (changes: Changes = {}, secret = SECRET, path = PATH) => rawHead(path, headers(changes, secret))
const delivery = (changes: Changes = {}, secret = SECRET, path = PATH) => head(changes, secret, path) + BODY

it('stores a delivery, says so with an empty answer, and takes the next on the same connection', async () => {
  const connection = await open()
  connection.write(delivery({ 'X-Shopify-Webhook-Id': 'first' }))
  const answer = await connection.answer()
  expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0', connection: 'keep-alive' } })
  expect(answer.headers['x-powered-by']).toBeUndefined()
  expect(await deliveriesOf(shop)).toMatchObject([{ topic: 'orders/create', state: 'applied' }])
  connection.write(delivery({ 'X-Shopify-Webhook-Id': 'first' }))
  expect((await connection.answer()).status).toBe(200)
  expect(await deliveriesOf(shop)).toHaveLength(1)
})

it('answers requests that follow each other without waiting, in their order', async () => {
  const connection = await open()
  connection.write(delivery() + delivery({}, 'another') + delivery())
  const statuses = [await connection.answer(), await connection.answer(), await connection.answer()]
  expect(statuses.map(({ status }) => status)).toEqual([200, 401, 200])
})

it('takes what the previous secret has signed', async () => {
  const connection = await open()
  connection.write(delivery({}, 'the previous secret'))
  expect((await connection.answer()).status).toBe(200)
})

it('takes a topic at any of its addresses, with a query or a slash at the end', async () => {
  const connection = await open()
  for (const path of [
    '/webhooks/other',
    '/webhooks/bulk-operations',
    '/webhooks/orders?from=toml',
    '/webhooks/orders/',
  ]) {
    connection.write(delivery({}, SECRET, path))
    expect([path, (await connection.answer()).status]).toEqual([path, 200])
  }
})

it('takes a body in chunks', async () => {
  const connection = await open()
  connection.write(head({ 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' }))
  for (let at = 0; at < BODY.length; at += 700) {
    const chunk = Buffer.from(BODY.slice(at, at + 700))
    connection.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]))
  }
  connection.write('0\r\n\r\n')
  expect((await connection.answer()).status).toBe(200)
})

it.each<[number, string, Changes, string?]>([
  [401, 'The signature is missing', { 'X-Shopify-Hmac-Sha256': undefined }],
  [401, 'The signature is not a base64 SHA-256', { 'X-Shopify-Hmac-Sha256': 'none' }],
  [401, 'The signature is wrong', { 'X-Shopify-Hmac-Sha256': `${'a'.repeat(42)}A=` }],
  [415, 'The content type is not JSON', { 'Content-Type': 'text/plain' }],
  [400, 'A header is missing or malformed', { 'X-Shopify-Topic': undefined }],
  [400, 'The shop is not a myshopify.com domain', { 'X-Shopify-Shop-Domain': 'example.com' }],
  [404, 'No webhooks are taken at this address', {}, '/webhooks/nonsense'],
])('answers %i, %s, and the connection carries the next delivery', async (status, text, changes, path) => {
  const connection = await open()
  connection.write(delivery(changes, SECRET, path))
  const answer = await connection.answer()
  expect(answer).toMatchObject({ status, body: `${text}.\n` })
  expect(answer.headers['content-length']).toBe(`${answer.body.length}`)
  connection.write(delivery())
  expect((await connection.answer()).status).toBe(200)
})

it('takes nothing but POST', async () => {
  const connection = await open()
  for (const method of ['GET', 'DELETE']) {
    connection.write(rawHead(PATH, {}, method))
    expect(await connection.answer()).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  }
})

it('leaves all other addresses to the app', async () => {
  const connection = await open()
  connection.write(rawHead('/healthz', {}, 'GET'))
  expect((await connection.answer()).status).toBe(200)
  connection.write(rawHead('/nowhere', {}, 'GET'))
  const answer = await connection.answer()
  expect([answer.status, answer.headers['x-powered-by']]).toEqual([404, undefined])
})

/** Writes for as long as the server takes it. Returns how much it took. */
async function writeForEver(connection: RawConnection, piece: Buffer): Promise<number> {
  let written = 0
  let isClosed = false
  void connection.closed.then(() => (isClosed = true))
  while (!isClosed && written < 200_000_000) {
    written += piece.length
    if (!connection.socket.write(piece)) {
      await Promise.race([new Promise((resolve) => connection.socket.once('drain', resolve)), connection.closed])
    }
  }
  return written
}

const CHUNK = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')])

it.each<[number, Changes]>([
  [401, { 'X-Shopify-Hmac-Sha256': undefined }],
  [415, { 'Content-Type': 'text/plain' }],
])('answers %i before an endless body, and ends the connection without reading it', async (status, changes) => {
  const connection = await open()
  connection.write(head({ ...changes, 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' }))
  const writing = writeForEver(connection, CHUNK)
  expect(await connection.answer()).toMatchObject({ status, headers: { connection: 'close' } })
  // What the kernels hold between the two is not the server's.
  expect(await writing).toBeLessThan(20_000_000)
})

it('reads on for a while behind such an answer, so that whoever is still sending hears it', async () => {
  const connection = await open()
  connection.write(head({ 'X-Shopify-Hmac-Sha256': undefined, 'Content-Length': '200000' }))
  expect(await connection.answer()).toMatchObject({ status: 401, headers: { connection: 'close' } })
  for (let piece = 0; piece < 20; piece += 1) {
    await new Promise((resolve) => connection.socket.write(Buffer.alloc(10_000, 'x'), resolve))
    // As far as the kernel: it says by the next piece that nobody reads any more.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await connection.closed
  expect(connection.error).toBeNull()
})

it('answers 413 to a body that grows beyond the limit, and reads little more of it', async () => {
  const connection = await open()
  connection.write(head({ 'Content-Length': undefined, 'Transfer-Encoding': 'chunked' }))
  const writing = writeForEver(connection, CHUNK)
  expect(await connection.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } })
  expect(await writing).toBeLessThan(25_000_000)
})

it('answers 413 at once to a body that says it is too large', async () => {
  const connection = await open()
  connection.write(head({ 'Content-Length': '5000001' }))
  expect(await connection.answer()).toMatchObject({ status: 413, headers: { connection: 'close' } })
  await connection.closed
  expect(connection.error).toBeNull()
})

it('takes a body of the very limit', async () => {
  const body = `{"id":1,"note":"${'x'.repeat(4_900_000)}"}`
  const connection = await open()
  const sent = signedHeaders(body, SECRET, { 'X-Shopify-Shop-Domain': shop.domain, 'X-Shopify-Topic': 'themes/update' })
  connection.write(rawHead(PATH, { ...sent, 'Content-Length': `${body.length}` }) + body)
  expect((await connection.answer()).status).toBe(200)
})

it('asks for the body of a request that waits to be asked, and only where it wants it', async () => {
  const connection = await open()
  connection.write(head({ Expect: '100-continue' }))
  expect((await connection.answer()).status).toBe(100)
  connection.write(BODY)
  expect(await connection.answer()).toMatchObject({ status: 200, headers: { connection: 'keep-alive' } })
  connection.write(head({ Expect: '100-continue' }, 'another'))
  expect((await connection.answer()).status).toBe(100)
  connection.write(BODY)
  expect(await connection.answer()).toMatchObject({ status: 401, headers: { connection: 'keep-alive' } })
  connection.write(head({ Expect: '100-continue', 'X-Shopify-Hmac-Sha256': undefined }))
  expect(await connection.answer()).toMatchObject({ status: 401, headers: { connection: 'close' } })
  await connection.closed
})

it('stores nothing of a body that is longer than it says, and ends the connection', async () => {
  const before = (await deliveriesOf(shop)).length
  const connection = await open()
  connection.write(head({ 'Content-Length': '10' }) + BODY)
  // Of the delivery, or of the nonsense that seems to follow it: the parser knows of both at the same time.
  expect([400, 401]).toContain((await connection.answer()).status)
  await connection.closed
  expect(await deliveriesOf(shop)).toHaveLength(before)
})

it('stores nothing of a body that is shorter than it says, and lives on when its sender leaves', async () => {
  const before = (await deliveriesOf(shop)).length
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const connection = await open()
    connection.write(head({ 'Content-Length': `${Buffer.byteLength(BODY) + 1}` }) + BODY)
    connection.socket[leave]()
    await connection.closed
  }
  const connection = await open()
  connection.write(delivery({ 'X-Shopify-Hmac-Sha256': undefined }))
  expect((await connection.answer()).status).toBe(401)
  expect(await deliveriesOf(shop)).toHaveLength(before)
})

it('answers what is under way when it is told to stop, ends its connections, and writes down what was refused', async () => {
  const other = await startWeb({ build: emptyBuild, mode: 'production' })
  const [waiting, idle] = [await openRaw(other.port), await openRaw(other.port)]
  connections.push(waiting, idle)
  idle.write(delivery({}, 'another'))
  expect((await idle.answer()).status).toBe(401)
  waiting.write(head({ Expect: '100-continue' }))
  expect((await waiting.answer()).status).toBe(100)
  const stopped = other.stop()
  await idle.closed
  waiting.write(BODY)
  expect(await waiting.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } })
  await stopped
  const rows = await query<{ count: number }>(
    `select sum(count)::int as count from webhook_refusals where shop_id = $1 and reason = 'signature-wrong'`,
    [shop.id],
  )
  expect(rows[0]!.count).toBeGreaterThan(0)
})
