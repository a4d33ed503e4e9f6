import { hash, randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, expect, it, vi } from 'vitest'
import { SHOP_TABLES } from '~/compliance/shop-tables'
import { pool } from '~/db.server'
import { withReconcileLock } from '~/db/reconcile.server'
import { REWRITE_LOCK } from '~/db/rewrite-deliveries.server'
import { withRunLock } from '~/db/runs.server'
import { withSessionLock } from '~/db/session-lock.server'
import { resources } from '~/resources/registry'
import { keepBooks } from '../factories/bookkeeping.ts'
import { closeAll, deliver, installShop, query, sampleBody, type TestShop } from './webhooks-shop.ts'

afterAll(closeAll)

const body = { shop_id: 954889 }

async function fill({ id, domain }: TestShop) {
  const refunds = [sampleBody('refunds/create')]
  await deliver(domain, 'orders/create', sampleBody('orders/create', { refunds }))
  await deliver(domain, 'checkouts/create', sampleBody('checkouts/create'))
  await deliver(domain, 'carts/create', sampleBody('carts/create'))
  await query(
    `insert into order_transactions (shop_id, id, order_id, observed_at, channel) values ($1, 1, 1, now(), 'pull')`,
    [id],
  )
  await deliver(domain, 'customers/create', sampleBody('customers/create'))
  await deliver(domain, 'products/create', sampleBody('products/create'))
  await keepBooks({ id, domain })
}

async function rowsOf({ id, domain }: TestShop): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  const tables = [
    ...SHOP_TABLES.map((table) => [table, 'shop_id', id]),
    ['shops', 'id', id],
    ['sessions', 'shop', domain],
  ]
  for (const [table, column, value] of tables) {
    counts[table!] = (await query(`select from ${table} where ${column} = $1`, [value])).length
  }
  return counts
}

it('knows every table of the database that has a shop_id', async () => {
  const tables = await query<{ table_name: string }>(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'shop_id'`,
  )
  expect(tables.map(({ table_name }) => table_name).sort()).toEqual(SHOP_TABLES.toSorted())
})

it('leaves zero rows of the shop in every table, and none of another shop fewer', async () => {
  const [shop, other] = [await installShop(), await installShop()]
  await fill(shop)
  await fill(other)
  const [held, heldByOther] = [await rowsOf(shop), await rowsOf(other)]
  expect(Object.entries(held).filter(([, count]) => count === 0)).toEqual([])
  await deliver(shop.domain, 'app/uninstalled', {})
  const webhookId = randomUUID()
  expect(await deliver(shop.domain, 'shop/redact', body, { webhookId })).toBe(200)
  expect(Object.values(await rowsOf(shop)).filter((count) => count > 0)).toEqual([])
  expect(await rowsOf(other)).toEqual(heldByOther)
  const others = { jobs: 0, staging_tables: 0 }
  expect(
    await query('select topic, shop_hash, rows, remaining from compliance_events where webhook_id = $1', [webhookId]),
  ).toEqual([
    {
      topic: 'shop/redact',
      shop_hash: hash('sha256', shop.domain),
      // The uninstall took the session and left a delivery of its own.
      rows: { ...held, ...others, sessions: 0, webhook_deliveries: held['webhook_deliveries']! + 1 },
      remaining: 0,
    },
  ])
})

it('erases a shop whose uninstall was never heard of', async () => {
  const shop = await installShop('2026-01-01T00:00:00Z')
  await fill(shop)
  await deliver(shop.domain, 'shop/redact', body, { triggeredAt: '2026-06-01T00:00:00Z' })
  expect(Object.values(await rowsOf(shop)).filter((count) => count > 0)).toEqual([])
})

it('acts when the shop has no row: its tokens go', async () => {
  const domain = `ghost-${process.pid}.myshopify.com`
  await query(`insert into sessions (id, shop, state, access_token) values ($1, $1, '', 'token')`, [domain])
  const webhookId = randomUUID()
  expect(await deliver(domain, 'shop/redact', body, { webhookId })).toBe(200)
  expect(await query('select from sessions where shop = $1', [domain])).toEqual([])
  expect(await query('select rows from compliance_events where webhook_id = $1', [webhookId])).toEqual([
    { rows: { sessions: 1 } },
  ])
})

it.each([
  ['was triggered before the shop installed the app anew', '2026-06-01T00:00:00Z'],
  ['does not say when it was triggered', null],
])('does not erase a shop that has the app when the request %s, and records why', async (_why, triggeredAt) => {
  const shop = await installShop('2026-06-02T00:00:00Z')
  await fill(shop)
  const held = await rowsOf(shop)
  const webhookId = randomUUID()
  expect(await deliver(shop.domain, 'shop/redact', body, { triggeredAt, webhookId })).toBe(200)
  expect(await rowsOf(shop)).toEqual({ ...held, webhook_deliveries: held['webhook_deliveries']! + 1 })
  expect(
    await query(`select state, error from webhook_deliveries where shop_id = $1 and topic = 'shop/redact'`, [shop.id]),
  ).toEqual([{ state: 'ignored', error: expect.stringContaining('not erased') }])
  expect(
    await query('select rows, remaining, completed_at from compliance_events where webhook_id = $1', [webhookId]),
  ).toEqual([{ rows: {}, remaining: null, completed_at: null }])
})

it('erases a shop that installed anew and left again', async () => {
  const shop = await installShop('2026-06-02T00:00:00Z')
  await fill(shop)
  await query(`update shops set uninstalled_at = '2026-06-03T00:00:00Z' where id = $1`, [shop.id])
  await deliver(shop.domain, 'shop/redact', body, { triggeredAt: '2026-06-01T00:00:00Z' })
  expect(Object.values(await rowsOf(shop)).filter((count) => count > 0)).toEqual([])
})

it('does nothing twice: a repetition after a new installation leaves it alone', async () => {
  const shop = await installShop()
  const webhookId = randomUUID()
  await deliver(shop.domain, 'shop/redact', body, { webhookId })
  await query(`insert into shops (domain, installed_at) values ($1, '2026-01-01')`, [shop.domain])
  expect(await deliver(shop.domain, 'shop/redact', body, { webhookId })).toBe(200)
  expect(await query('select from shops where domain = $1', [shop.domain])).toHaveLength(1)
})

it('leaves to a rewrite of deliveries that is going on what it has copied, and does not take it for a remainder', async () => {
  const shop = await installShop()
  await fill(shop)
  const next = `partitions.webhook_deliveries_20010102_next`
  await query(`create table ${next} as select * from webhook_deliveries where shop_id = $1`, [shop.id])
  const webhookId = randomUUID()
  await withSessionLock(pool, REWRITE_LOCK, async () => {
    expect(await deliver(shop.domain, 'shop/redact', body, { webhookId })).toBe(200)
  })
  expect(await query('select remaining from compliance_events where webhook_id = $1', [webhookId])).toEqual([
    { remaining: 0 },
  ])
  // Its own, not the erasure's, to drop.
  await query(`drop table ${next}`)
})

const operation = {
  ...{ operationId: 'gid://shopify/BulkOperation/1', startedAt: '2026-06-01T10:00:00Z' },
  ...{ said: 1, exact: true },
}
const staged = () => query(`select tablename from pg_tables where schemaname = 'staging'`)
const ERASED = 'The shop has been erased'

it.each([
  [
    'bulk load',
    ({ id }: TestShop, redact: () => Promise<unknown>) =>
      withRunLock(pool, id, resources.orders, async (_, bulkRuns) => {
        const run = await bulkRuns.begin('manual', operation)
        await redact()
        return bulkRuns.stage(run)
      }),
  ],
  [
    'reconciliation',
    ({ id }: TestShop, redact: () => Promise<unknown>) =>
      withReconcileLock(pool, id, resources.orders, async (reconciliations) => {
        const begun = await reconciliations.begin('manual', 'fields', operation)
        await redact()
        return reconciliations.stage(begun)
      }),
  ],
])('lets a %s that has begun make no tables for what it will read', async (_what, run) => {
  const shop = await installShop()
  await expect(run(shop, () => deliver(shop.domain, 'shop/redact', body))).rejects.toThrow(ERASED)
  expect(await staged()).toEqual([])
})

it('waits for what is being written for the shop, so that no row outlives it', async () => {
  const shop = await installShop()
  await fill(shop)
  const writer = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
  await writer.connect()
  try {
    await writer.query('begin')
    await writer.query('select from shops where id = $1 for key share', [shop.id])
    await writer.query(`insert into orders (shop_id, id, observed_at, channel) values ($1, 99, now(), 'pull')`, [
      shop.id,
    ])
    const redaction = deliver(shop.domain, 'shop/redact', body)
    // Of this database alone: other files wait for locks of theirs.
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await vi.waitUntil(async () => (await query(waiting)).length > 0, { timeout: 10_000 })
    await writer.query('commit')
    expect(await redaction).toBe(200)
  } finally {
    await writer.end()
  }
  expect(Object.values(await rowsOf(shop)).filter((count) => count > 0)).toEqual([])
})
