import pg from 'pg'
import { afterAll, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { inboxPool, pool } from '~/db.server'
import type { Statements } from '~/db/statements'
import { enqueueApplyPending } from '~/jobs/enqueue.server'
import type { CopyPort, SourcePort } from '~/sync/ports'
import { applyPending } from '~/webhooks/apply-pending.server'
import type { Delivery } from '~/webhooks/delivery'
import { createInbox } from '~/webhooks/inbox.server'
import { parseBody } from '~/webhooks/parse-body'
import { closeAll, deliver, deliveriesOf, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

function order(id: number, changes: Record<string, unknown> = {}) {
  return sampleBody('orders/create', {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    line_items: [],
    ...changes,
  })
}

let webhookIds = 0

function deliveryOf({ domain }: TestShop, topic: string, body: Record<string, unknown>): Delivery {
  const parsed = parseBody(JSON.stringify(body))
  if (parsed.outcome === 'malformed') throw new Error(parsed.reason)
  webhookIds += 1
  const at = '2026-11-22T10:00:00.000000Z'
  return {
    shopDomain: domain,
    topic,
    webhookId: `trouble-${webhookIds}`,
    eventId: null,
    apiVersion: '2026-10',
    triggeredAt: at,
    receivedAt: at,
    body: parsed.body,
    storable: parsed.storable,
  }
}

/** Runs `work` while another connection holds what `sql` locks. */
async function whileLocked(sql: string, values: unknown[], work: () => Promise<void>): Promise<void> {
  const holder = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(sql, values)
    await work()
  } finally {
    await holder.query('rollback')
    await holder.end()
  }
}

it('answers in time when a merge holds the lock of a record: pending, and its neighbours applied', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  await deliver(shop.domain, 'orders/create', order(1))
  await whileLocked('select from orders where shop_id = $1 for update', [shop.id], async () => {
    const started = performance.now()
    const newer = { updated_at: '2026-06-01T00:00:00Z' }
    const statuses = await Promise.all([
      ...Array.from({ length: 30 }, () => deliver(shop.domain, 'orders/updated', order(1, newer))),
      deliver(shop.domain, 'products/create', sampleBody('products/create')),
      deliver(other.domain, 'orders/create', order(2)),
    ])
    expect(new Set(statuses)).toEqual(new Set([200]))
    // Shopify hangs up after five seconds.
    expect(performance.now() - started).toBeLessThan(4_000)
  })
  const states = await query<{ count: number; state: string }>(
    `select state, count(*)::int as count from webhook_deliveries where shop_id = $1 group by state order by state`,
    [shop.id],
  )
  expect(states).toEqual([
    { state: 'applied', count: 2 },
    { state: 'pending', count: 30 },
  ])
  expect(await deliveriesOf(other)).toMatchObject([{ state: 'applied' }])
  const [pending] = await query('select error from webhook_deliveries where shop_id = $1 and state = $2', [
    shop.id,
    'pending',
  ])
  expect(pending).toEqual({ error: 'PostgreSQL 55P03' })
})

it('does not wait for the same lock again and again', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/create', order(1))
  let merges = 0
  const copy = (client: Statements): CopyPort => {
    const port = copyPort(client)
    return { ...port, merge: (writer, shops) => ((merges += 1), port.merge(writer, shops)) }
  }
  const { accept } = createInbox({ pool: inboxPool, enqueueApplyPending, copy })
  const newer = order(1, { updated_at: '2026-06-01T00:00:00Z' })
  await whileLocked('select from orders where shop_id = $1 for update', [shop.id], async () => {
    expect(await accept(deliveryOf(shop, 'orders/updated', newer))).toBe('pending')
    expect(merges).toBe(1)
    expect(await accept(deliveryOf(shop, 'orders/updated', newer))).toBe('pending')
    expect(merges).toBe(1)
  })
  expect(
    await query('select error, attempts from webhook_deliveries where state = $1 and shop_id = $2 order by id', [
      'pending',
      shop.id,
    ]),
  ).toEqual([
    { error: 'PostgreSQL 55P03', attempts: 1 },
    { error: expect.stringContaining('locked'), attempts: 0 },
  ])
})

it('tells when a burst is recorded, so that what can wait leaves it the machine', async () => {
  const shop = await installShop()
  const { accept, eased } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  await eased(60_000)
  let answered = 0
  const burst = Array.from({ length: 3_000 }, (_, index) =>
    accept(deliveryOf(shop, 'orders/create', order(index + 1))).finally(() => (answered += 1)),
  )
  await eased(0)
  expect(answered).toBe(0)
  await eased(60_000)
  // All but what is just being recorded, and applied.
  expect(answered).toBeGreaterThan(3_000 - 2 * 500 - 4 * 100)
  await Promise.all(burst)
})

it('records a burst that is more than can be applied at once, and lets nobody else wait for it', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  const burst = Array.from({ length: 1_000 }, (_, index) => {
    const updated_at = new Date(Date.UTC(2026, 5, 1) + index * 1_000).toISOString()
    return accept(deliveryOf(shop, 'orders/updated', order(1 + (index % 10), { updated_at })))
  })
  expect(await accept(deliveryOf(other, 'orders/create', order(1)))).toBe('applied')
  const outcomes = await Promise.all(burst)
  expect(new Set(outcomes)).toEqual(new Set(['applied', 'pending']))
  const [waiting] = await query(
    'select count(*)::int as count, max(attempts) as attempts, max(error) as error from webhook_deliveries where shop_id = $1 and state = $2',
    [shop.id, 'pending'],
  )
  expect(waiting).toEqual({
    count: outcomes.filter((outcome) => outcome === 'pending').length,
    attempts: 0,
    error: expect.stringContaining('at once'),
  })
  await applyPending(shop.id, { source: {} as SourcePort })
  const orders = await query<{ id: string; at: Date }>(
    'select id, source_updated_at as at from orders where shop_id = $1 order by id',
    [shop.id],
  )
  expect(orders.map(({ at }) => at.getTime())).toEqual(
    Array.from({ length: 10 }, (_, index) => Date.UTC(2026, 5, 1) + (990 + index) * 1_000),
  )
})

it('tries apart what is too slow together, and keeps what is too slow by itself', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  const copy = (client: Statements): CopyPort => ({
    ...copyPort(client),
    async merge(writer, shops) {
      if (shops.some(({ shopId }) => shopId === shop.id)) await client.query('select pg_sleep(60)')
      return copyPort(client).merge(writer, shops)
    },
  })
  const { accept } = createInbox({ pool: inboxPool, enqueueApplyPending, copy })
  const deliveries = [deliveryOf(shop, 'orders/create', order(1)), deliveryOf(other, 'orders/create', order(1))]
  expect(await Promise.all(deliveries.map(accept))).toEqual(['pending', 'applied'])
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'pending', error: 'PostgreSQL 57014' }])
})

it('lets no erasures of a shop, however many, take the connections of others', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  let redactions: Promise<string>[] = []
  await whileLocked('select from shops where id = $1 for update', [shop.id], async () => {
    redactions = Array.from({ length: 40 }, (_, index) => {
      const customer = { id: index + 1, email: null, phone: null }
      return accept(deliveryOf(shop, 'customers/redact', { shop_id: 1, customer, orders_to_redact: [] }))
    })
    const orders = Array.from({ length: 10 }, (_, index) =>
      accept(deliveryOf(other, 'orders/create', order(index + 1))),
    )
    expect(new Set(await Promise.all(orders))).toEqual(new Set(['applied']))
  })
  expect((await Promise.all(redactions)).at(-1)).toBe('applied')
})

it('lets no erasures, of however many shops, hold up what else comes of others', async () => {
  const shops = [await installShop(), await installShop(), await installShop()]
  const other = await installShop()
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  const answered: string[] = []
  const answering = async (shop: TestShop, topic: string, body: Record<string, unknown>) => {
    answered.push(`${topic} ${await accept(deliveryOf(shop, topic, body))}`)
  }
  let redactions: Promise<void>[] = []
  const ids = shops.map(({ id }) => id)
  await whileLocked('select from shops where id = any ($1::bigint[]) for update', [ids], async () => {
    const body = { shop_id: 1, customer: { id: 1, email: null, phone: null }, orders_to_redact: [] }
    redactions = shops.map((shop) => answering(shop, 'customers/redact', body))
    await answering(other, 'app/uninstalled', { id: 1 })
  })
  await Promise.all(redactions)
  expect(answered).toEqual(['app/uninstalled applied', ...Array(3).fill('customers/redact applied')])
})

it('keeps no body of a topic that nothing listens to, however those beside it fare', async () => {
  const shop = await installShop()
  await deliver(shop.domain, 'orders/create', order(1))
  await whileLocked('select from orders where shop_id = $1 for update', [shop.id], async () => {
    const statuses = await Promise.all([
      deliver(shop.domain, 'orders/updated', order(1, { updated_at: '2026-06-01T00:00:00Z' })),
      deliver(shop.domain, 'orders/risk_assessment_changed', { order_id: 1, note: 'Ada' }),
    ])
    expect(statuses).toEqual([200, 200])
  })
  expect((await deliveriesOf(shop)).slice(1)).toMatchObject([
    { topic: 'orders/updated', state: 'pending' },
    { topic: 'orders/risk_assessment_changed', state: 'ignored', payload: null },
  ])
})

it('does not wait for a row that is just being written to count that its delivery came again', async () => {
  const shop = await installShop()
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  const delivery = { ...deliveryOf(shop, 'orders/create', order(1)), triggeredAt: '2026-11-22T09:00:00.000000Z' }
  expect(await accept(delivery)).toBe('applied')
  await whileLocked('select from webhook_deliveries where shop_id = $1 for update', [shop.id], async () => {
    expect(await accept(delivery)).toBe('duplicate')
  })
  expect(await query('select repeats from webhook_deliveries where shop_id = $1', [shop.id])).toEqual([{ repeats: 0 }])
  expect(await accept(delivery)).toBe('duplicate')
  expect(await query('select repeats from webhook_deliveries where shop_id = $1', [shop.id])).toEqual([{ repeats: 1 }])
})

it('records once what two processes are given at the same moment, and what comes again at once', async () => {
  const shop = await installShop()
  const [here, there] = [0, 1].map(() => createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending }).accept)
  const same = Array.from({ length: 20 }, (_, index) => deliveryOf(shop, 'orders/create', order(index + 1)))
  const outcomes = await Promise.all([...same.map(here!), ...same.map(there!)])
  const again = await Promise.all(same.map(here!))
  expect([...outcomes, ...again].sort()).toEqual([...Array(20).fill('applied'), ...Array(40).fill('duplicate')])
  const rows = await query('select distinct state, repeats from webhook_deliveries where shop_id = $1', [shop.id])
  expect(rows).toEqual([{ state: 'applied', repeats: 2 }])
  expect(await query('select count(*)::int as count from orders where shop_id = $1', [shop.id])).toEqual([
    { count: 20 },
  ])
})

it('counts also what came again together with the first time', async () => {
  const shop = await installShop()
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  const twice = deliveryOf(shop, 'orders/create', order(1))
  const outcomes = await Promise.all(
    [deliveryOf(shop, 'orders/create', order(2)), twice, twice, twice].map((delivery) => accept(delivery)),
  )
  expect(outcomes).toEqual(['applied', 'applied', 'duplicate', 'duplicate'])
  expect(await accept(twice)).toBe('duplicate')
  const sql = 'select record_id, repeats from webhook_deliveries where shop_id = $1 order by record_id'
  expect(await query(sql, [shop.id])).toEqual([
    { record_id: '1', repeats: 3 },
    { record_id: '2', repeats: 0 },
  ])
})

it('asks Shopify to send again while the shop is being erased, and holds up no other shop', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  await whileLocked('select from shops where id = $1 for update', [shop.id], async () => {
    const started = performance.now()
    const erased = Array.from({ length: 40 }, (_, index) => deliver(shop.domain, 'orders/create', order(index + 1)))
    expect(await deliver(other.domain, 'orders/create', order(2))).toBe(200)
    // Waiting for the lock, once for each, would take longer than Shopify does.
    expect(performance.now() - started).toBeLessThan(2_500)
    expect(new Set(await Promise.all(erased))).toEqual(new Set([503]))
  })
  expect(await deliveriesOf(shop)).toEqual([])
  expect(await deliver(shop.domain, 'orders/create', order(1))).toBe(200)
})

it('has no other shop’s deliveries wait while shops are being erased, however much comes of these', async () => {
  const erased = await Promise.all(Array.from({ length: 6 }, () => installShop()))
  const other = await installShop()
  const { accept } = createInbox({ pool: inboxPool, copy: copyPort, enqueueApplyPending })
  const ids = erased.map(({ id }) => id)
  await whileLocked('select from shops where id = any ($1) for update', [ids], async () => {
    const burst = Array.from({ length: 400 }, (_, id) =>
      erased.map((shop) => deliveryOf(shop, 'orders/create', order(id))),
    )
    let isOver = false
    const over = Promise.all(burst.flat().map(accept)).then((all) => ((isOver = true), all))
    const outcomes: string[] = []
    for (let id = 1; !isOver; id += 1) outcomes.push(await accept(deliveryOf(other, 'orders/create', order(id))))
    // What comes with the burst itself may have to wait for it, as with any burst; nothing does when they look again.
    const afterwards = outcomes.slice(outcomes.indexOf('applied'))
    expect(afterwards.length).toBeGreaterThan(10)
    expect(new Set(afterwards)).toEqual(new Set(['applied']))
    expect(new Set(await over)).toEqual(new Set(['unavailable']))
  })
})

it('lets what comes while the shop is being erased wait for a moment, and applies it if that was all', async () => {
  const shop = await installShop()
  let attempts = 0
  const copy: typeof copyPort = (client) => {
    attempts += 1
    return copyPort(client)
  }
  const { accept } = createInbox({ pool: inboxPool, copy, enqueueApplyPending })
  let accepted: Promise<string> | undefined
  await whileLocked('select from shops where id = $1 for update', [shop.id], async () => {
    accepted = accept(deliveryOf(shop, 'orders/create', order(1)))
    await expect.poll(() => attempts, { interval: 10 }).toBeGreaterThan(1)
    expect(await deliveriesOf(shop)).toEqual([])
  })
  expect(await accepted).toBe('applied')
})

it('says unavailable when there is no database, for deliveries and for what concerns the whole shop', async () => {
  const nowhere = new pg.Pool({ connectionString: 'postgresql://nobody@127.0.0.1:1/none' })
  const { accept } = createInbox({ pool: nowhere, copy: copyPort, enqueueApplyPending })
  const shop = await installShop()
  const outcomes = await Promise.all([
    accept(deliveryOf(shop, 'orders/create', order(1))),
    accept(deliveryOf(shop, 'orders/create', order(2))),
    accept(deliveryOf(shop, 'app/uninstalled', {})),
    accept(deliveryOf(shop, 'shop/redact', {})),
  ])
  expect(outcomes).toEqual(['unavailable', 'unavailable', 'unavailable', 'unavailable'])
  await nowhere.end()
})

it('says unavailable, and lives, when the connection breaks in the middle; the repetition is applied', async () => {
  const shop = await installShop()
  let isBroken = false
  const { accept } = createInbox({
    pool,
    enqueueApplyPending,
    copy: (client) => ({
      ...copyPort(client),
      async merge(writer, shops) {
        if (!isBroken) {
          isBroken = true
          const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
          await pool.query('select pg_terminate_backend($1, 5000)', [rows[0]!.pid])
        }
        return copyPort(client).merge(writer, shops)
      },
    }),
  })
  const deliveries = [deliveryOf(shop, 'orders/create', order(1)), deliveryOf(shop, 'orders/create', order(2))]
  expect(await Promise.all(deliveries.map(accept))).toEqual(['unavailable', 'unavailable'])
  expect(await deliveriesOf(shop)).toEqual([])
  expect(await Promise.all(deliveries.map(accept))).toEqual(['applied', 'applied'])
})

it('keeps a delivery whose application fails by a bug of ours: pending, with the class of the error alone', async () => {
  const shop = await installShop()
  const { accept } = createInbox({
    pool,
    enqueueApplyPending,
    copy: (client) => ({ ...copyPort(client), merge: () => Promise.reject(new TypeError('jon@example.com is odd')) }),
  })
  expect(await accept(deliveryOf(shop, 'orders/create', order(1)))).toBe('pending')
  expect(await deliveriesOf(shop)).toMatchObject([{ state: 'pending', error: 'TypeError', attempts: 1 }])
})

it('records nothing as pending that it could not ask a job for', async () => {
  const shop = await installShop()
  const { accept } = createInbox({
    pool,
    copy: copyPort,
    enqueueApplyPending: () => Promise.reject(new Error('no queue')),
  })
  expect(await accept(deliveryOf(shop, 'orders/create', { id: 1 }))).toBe('unavailable')
  expect(await deliveriesOf(shop)).toEqual([])
})
