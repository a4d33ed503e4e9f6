/** What is refused at the edge: limits that let every delivery of Shopify through, and counts that end up in the database. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { pool } from '~/db.server'
import type { Log } from '~/log.server'
import { createEdge, type EdgeOptions } from '~/webhooks/edge/create-edge'
import { createWebhookListener } from '~/webhooks/edge/node-listener'
import { createRefusalLog, type RefusalLog } from '~/webhooks/edge/refusal-log.server'
import { inbox } from '~/webhooks/inbox.server'
import { openRaw, rawHead, type RawConnection } from '../factories/raw-http.ts'
import { signedHeaders } from '../factories/receptions.ts'
import { closeAll, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

const SECRET = 'a secret of this test'
const BODY = JSON.stringify(sampleBody('orders/create', { line_items: [] }))

type Line = Record<string, unknown>
let lines: Line[]
let shop: TestShop
let refusals: RefusalLog
let server: Server | null = null
const connections: RawConnection[] = []

const log = { warn: (line: Line) => void lines.push(line) } as unknown as Log

beforeEach(async () => {
  lines = []
  shop = await installShop()
  refusals = createRefusalLog({ pool, log })
})

afterEach(async () => {
  for (const { socket } of connections.splice(0)) socket.destroy()
  await refusals.flush()
  server?.close()
  server = null
})

afterAll(closeAll)

/** A server with limits of its own; a function that opens connections to it. */
async function listen(options: Partial<EdgeOptions> = {}): Promise<() => Promise<RawConnection>> {
  const failed = (error: unknown) => {
    throw error
  }
  const edge = createEdge({ secrets: [SECRET], accept: inbox.accept, failed, count: refusals.count, ...options })
  const listener = createWebhookListener(edge, (_request, response) => response.writeHead(404).end())
  server = createServer(listener.request).on('checkContinue', listener.checkContinue).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return async () => {
    const connection = await openRaw(port)
    connections.push(connection)
    return connection
  }
}

type Changes = Record<string, string | undefined>
const head = (changes: Changes = {}, secret = SECRET) =>
  rawHead(
    '/webhooks/orders',
    signedHeaders(BODY, secret, {
      'X-Shopify-Shop-Domain': shop.domain,
      'Content-Length': `${Buffer.byteLength(BODY)}`,
      ...changes,
    }),
  )

async function statusesOf(connection: RawConnection, count: number, request: string): Promise<number[]> {
  const statuses: number[] = []
  for (let sent = 0; sent < count; sent += 1) {
    connection.write(request)
    statuses.push((await connection.answer()).status)
  }
  return statuses
}

const refusedRows = () =>
  query('select status, reason, count::int from webhook_refusals where shop_id = $1 order by status, reason', [shop.id])

it('answers 429 to bad requests of an address that sent many, and 200 to a delivery from there', async () => {
  const open = await listen({ mostRefusedByAddress: 3 })
  const connection = await open()
  const elsewhere = { 'X-Shopify-Shop-Domain': 'another-shop.myshopify.com' }
  const forged = head(elsewhere, 'another') + BODY
  expect(await statusesOf(connection, 5, forged)).toEqual([401, 401, 401, 429, 429])
  connection.write(head({ 'X-Shopify-Hmac-Sha256': undefined }) + BODY)
  expect(await connection.answer()).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  expect(await statusesOf(connection, 1, head() + BODY)).toEqual([200])
  // What is wrong with a request that is rightly signed is said all the same.
  expect(await statusesOf(connection, 1, head({ 'X-Shopify-Topic': undefined }) + BODY)).toEqual([400])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'applied' }])
})

it('answers 429 to bad requests in the name of a shop that many came for, and to no other shop’s', async () => {
  const open = await listen({ mostRefusedByShop: 2 })
  const connection = await open()
  expect(await statusesOf(connection, 3, head({}, 'another') + BODY)).toEqual([401, 401, 429])
  const elsewhere = { 'X-Shopify-Shop-Domain': 'another-shop.myshopify.com' }
  expect(await statusesOf(connection, 1, head(elsewhere, 'another') + BODY)).toEqual([401])
  expect(await statusesOf(connection, 1, head() + BODY)).toEqual([200])
})

it('ends a body that does not come, and takes the next', async () => {
  const open = await listen({ mostBodyMs: 50 })
  const slow = await open()
  slow.write(head() + BODY.slice(0, 10))
  expect(await slow.answer()).toMatchObject({ status: 408, headers: { connection: 'close' } })
  slow.socket.end()
  await slow.closed
  expect(await statusesOf(await open(), 1, head() + BODY)).toEqual([200])
})

it('lets the oldest unfinished body give way when too much is on its way, and a delivery pass', async () => {
  const open = await listen({ mostUnverifiedBytes: 30_000 })
  const stalled = [await open(), await open()]
  for (const connection of stalled) {
    connection.write(head({ 'Content-Length': '20000', Expect: '100-continue' }))
    expect((await connection.answer()).status).toBe(100)
    connection.write(Buffer.alloc(15_000, 'x'))
  }
  expect(await stalled[0]!.answer()).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5', connection: 'close' },
  })
  expect(await statusesOf(await open(), 1, head() + BODY)).toEqual([200])
})

it('writes down how many were refused, by hour and reason, for shops that there are', async () => {
  const open = await listen({ mostRefusedByShop: 2, now: () => Date.parse('2026-11-22T10:30:00Z') })
  const connection = await open()
  await statusesOf(connection, 3, head({}, 'another') + BODY)
  await statusesOf(connection, 2, head({ 'X-Shopify-Topic': 'nonsense' }) + BODY)
  await statusesOf(connection, 4, head({ 'X-Shopify-Shop-Domain': 'nobody.myshopify.com' }, 'another') + BODY)
  await refusals.flush()
  const rows = [
    { status: 400, reason: 'header-malformed', count: 2 },
    { status: 401, reason: 'signature-wrong', count: 2 },
    { status: 429, reason: 'signature-wrong', count: 1 },
  ]
  expect(await refusedRows()).toEqual(rows)
  expect(lines).toEqual(
    expect.arrayContaining([
      { status: 401, reason: 'signature-wrong', count: 4 },
      { status: 429, reason: 'signature-wrong', count: 3 },
      { status: 400, reason: 'header-malformed', count: 2 },
    ]),
  )
  expect(lines).toHaveLength(3)
  expect(JSON.stringify(lines)).not.toMatch(/myshopify|127\.0\.0\.1/)

  await statusesOf(connection, 1, head({ 'X-Shopify-Topic': 'nonsense' }) + BODY)
  await refusals.flush()
  expect(await refusedRows()).toEqual([{ ...rows[0], count: 3 }, rows[1], rows[2]])
  const hours = await query<{ hour: Date }>('select distinct hour from webhook_refusals where shop_id = $1', [shop.id])
  expect(hours.map(({ hour }) => hour.toISOString())).toEqual(['2026-11-22T10:00:00.000Z'])
})

it('lets go at once of a body whose sender has left', async () => {
  const open = await listen()
  const connection = await open()
  connection.write(head({ Expect: '100-continue' }))
  expect((await connection.answer()).status).toBe(100)
  connection.socket.resetAndDestroy()
  const rows = async () => {
    await refusals.flush()
    return refusedRows()
  }
  await expect.poll(rows).toEqual([{ status: 400, reason: 'broken-off', count: 1 }])
})

it('writes by itself, a while after a refusal', async () => {
  refusals = createRefusalLog({ pool, log, flushMs: 10 })
  refusals.count({ shopDomain: shop.domain, status: 401, reason: 'signature-wrong' }, Date.now())
  await expect.poll(refusedRows).toEqual([{ status: 401, reason: 'signature-wrong', count: 1 }])
})

it('keeps what it could not write for the next time, and says so', async () => {
  const away = new pg.Pool({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' })
  const pools = [away, pool]
  const changing = { connect: () => pools.shift()!.connect() } as unknown as pg.Pool
  refusals = createRefusalLog({ pool: changing, log })
  refusals.count({ shopDomain: shop.domain, status: 401, reason: 'signature-wrong' }, Date.now())
  await refusals.flush()
  expect(lines).toMatchObject([{ err: new Error('No connection to the database could be had') }])
  expect(await refusedRows()).toEqual([])
  await refusals.flush()
  expect(await refusedRows()).toEqual([{ status: 401, reason: 'signature-wrong', count: 1 }])
  await away.end()
})

it('leaves out a shop that is being erased, and waits for nobody', async () => {
  const other = await installShop()
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select from shops where id = $1 for update', [shop.id])
    for (const { domain } of [shop, other]) {
      refusals.count({ shopDomain: domain, status: 401, reason: 'signature-wrong' }, Date.now())
    }
    await refusals.flush()
  } finally {
    await client.query('rollback')
    client.release()
  }
  expect(await refusedRows()).toEqual([])
  expect(await query('select from webhook_refusals where shop_id = $1', [other.id])).toHaveLength(1)
})

it('adds up what several processes count at the same time', async () => {
  const shops = [shop, ...(await Promise.all(Array.from({ length: 100 }, () => installShop())))]
  const processes = Array.from({ length: 6 }, () => createRefusalLog({ pool, log }))
  for (const [index, each] of processes.entries()) {
    for (const { domain } of index % 2 === 0 ? shops : shops.toReversed()) {
      each.count({ shopDomain: domain, status: 401, reason: 'signature-wrong' }, 0)
      each.count({ shopDomain: domain, status: 400, reason: 'not-json' }, 0)
    }
  }
  await Promise.all(processes.map((each) => each.flush()))
  expect(lines.filter(({ err }) => err !== undefined)).toEqual([])
  expect(await refusedRows()).toEqual([
    { status: 400, reason: 'not-json', count: 6 },
    { status: 401, reason: 'signature-wrong', count: 6 },
  ])
})
