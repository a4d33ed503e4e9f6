/** What the daily cleanup throws away, and what it must not. */
import { afterAll, beforeEach, expect, it } from 'vitest'
import { cleanUp, type CleanupCounts } from '~/cleanup/cleanup.server'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { enqueueCleanup } from '~/jobs/enqueue.server'
import { installedShop } from '../factories/shops.ts'

const retention = {
  syncLogsDays: 90,
  webhookBodiesDays: 7,
  webhookDeliveriesDays: 30,
  webhookRollupsDays: 365,
  tombstonesDays: 90,
  dataExportsDays: 30,
}

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
  await pool.query(
    'truncate sync_logs, reconciliations, reconciliation_differences, webhook_deliveries, orders, order_line_items, customers, carts',
  )
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
})

const clean = (stopping = new AbortController().signal) => cleanUp(pool, retention, new Date(), stopping)
const ago = (days: number) => new Date(Date.now() - days * 86_400_000)

async function addDeliveries(count: number, days: number, state = 'applied'): Promise<void> {
  await pool.query(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, state, received_at, payload)
     select $1, 'orders/updated', gen_random_uuid(), $2, $3, '{"email":"ada@example.com"}' from generate_series(1, $4)`,
    [shop, state, ago(days), count],
  )
}

const deliveries = async () => {
  const { rows } = await pool.query<{ state: string; count: number; bodies: number }>(
    `select state, count(*)::int as count, count(payload)::int as bodies from webhook_deliveries
     group by state order by state`,
  )
  return rows
}

async function addTombstone(table: string, id: string, days: number | null, via: string | null = 'sweep') {
  await pool.query(
    `insert into ${table} (shop_id, id, observed_at, channel, deleted_at, deleted_via${table === 'order_line_items' ? ', order_id' : ''})
     values ($1, $2, now(), 'pull', $3, $4${table === 'order_line_items' ? ', 1' : ''})`,
    [shop, id, days === null ? null : ago(days), days === null ? null : via],
  )
}

const idsOf = async (table: string) => {
  const { rows } = await pool.query<{ id: string }>(`select id from ${table} order by id`)
  return rows.map(({ id }) => id)
}

it('takes the bodies of deliveries after a week, and their rows after a month, in as many batches as it takes', async () => {
  await addDeliveries(2_500, 31)
  await addDeliveries(1_200, 8)
  await addDeliveries(5, 6)
  expect(await clean()).toMatchObject({ webhook_deliveries: 2_500, webhook_bodies: 1_200 })
  expect(await deliveries()).toEqual([{ state: 'applied', count: 1_205, bodies: 5 }])
  expect(await clean()).toMatchObject({ webhook_deliveries: 0, webhook_bodies: 0 })
})

it('leaves a delivery alone that still waits to be applied', async () => {
  await addDeliveries(1, 60, 'pending')
  await addDeliveries(1, 10, 'dead')
  await clean()
  expect(await deliveries()).toEqual([
    { state: 'dead', count: 1, bodies: 0 },
    { state: 'pending', count: 1, bodies: 1 },
  ])
})

it('takes old deliveries and their bodies though a count of them keeps a month that is to go', async () => {
  await addDeliveries(3, 31)
  await addDeliveries(2, 8)
  await pool.query(`create table partitions.webhook_rollups_202001 partition of webhook_rollups
    for values from ('2020-01-01Z') to ('2020-02-01Z')`)
  const counting = await pool.connect()
  try {
    await counting.query('begin; lock table webhook_rollups in row exclusive mode')
    const cleaned = clean()
    await expect.poll(deliveries, { timeout: 2_000 }).toEqual([{ state: 'applied', count: 2, bodies: 0 }])
    await counting.query('commit')
    expect(await cleaned).toMatchObject({ webhook_rollup_months: 1 })
  } finally {
    counting.release()
  }
})

it('forgets runs after three months, but none that is going', async () => {
  await pool.query(
    `insert into sync_logs (shop_id, sync_type, mode, trigger, state, created_at) values
       ($1, 'orders', 'incremental', 'schedule', 'succeeded', $2),
       ($1, 'orders', 'backfill', 'install', 'running', $2),
       ($1, 'orders', 'incremental', 'schedule', 'failed', $3)`,
    [shop, ago(91), ago(89)],
  )
  expect(await clean()).toMatchObject({ sync_logs: 1 })
  const { rows } = await pool.query('select state from sync_logs order by state')
  expect(rows).toEqual([{ state: 'failed' }, { state: 'running' }])
})

it('forgets after a year how many requests were refused, in as many batches as it takes', async () => {
  const addRefusals = (count: number, days: number) =>
    pool.query(
      `insert into webhook_refusals (shop_id, hour, status, reason, count)
       select $1, $2, 401, 'reason ' || n, 1 from generate_series(1, $3) as n`,
      [shop, ago(days), count],
    )
  await addRefusals(1_001, 366)
  await addRefusals(3, 364)
  expect(await clean()).toMatchObject({ webhook_refusals: 1_001 })
  const { rows } = await pool.query('select count(*)::int from webhook_refusals')
  expect(rows).toEqual([{ count: 3 }])
})

const addReconciliation = (state: string, days: number) =>
  pool.query<{ id: string }>(
    `insert into reconciliations (shop_id, resource, mode, trigger, state, operation, as_of, created_at)
     values ($1, 'orders', 'ids', 'schedule', $2, '{}', $3, $3) returning id`,
    [shop, state, ago(days)],
  )

it('forgets comparisons and what they found after three months, but none that is going', async () => {
  for (const [state, days] of [
    ['succeeded', 91],
    ['running', 91],
    ['failed', 89],
  ] as const) {
    const { rows } = await addReconciliation(state, days)
    await pool.query(
      `insert into reconciliation_differences (shop_id, reconciliation_id, resource, record_id, kind, missed_topic, missed_by_pull, created_at)
       values ($1, $2, 'orders', '1', 'stale', 'orders/updated', false, $3)`,
      [shop, rows[0]!.id, ago(days)],
    )
  }
  expect(await clean()).toMatchObject({ reconciliations: 1, reconciliation_differences: 2 })
  const { rows } = await pool.query('select state from reconciliations order by state')
  expect(rows).toEqual([{ state: 'failed' }, { state: 'running' }])
})

it('purges tombstones after three months, also of children and of records whose ids are text', async () => {
  await addTombstone('orders', '1', 91)
  await addTombstone('orders', '2', 89)
  await addTombstone('orders', '3', null)
  await addTombstone('order_line_items', '4', 91, 'replaced')
  await addTombstone('carts', 'abc', 91)
  expect(await clean()).toMatchObject({ orders: 1, order_line_items: 1, carts: 1 })
  expect(await idsOf('orders')).toEqual(['2', '3'])
  expect(await idsOf('order_line_items')).toEqual([])
  expect(await idsOf('carts')).toEqual([])
})

it('purges many tombstones of several shops in batches', async () => {
  const other = (await installedShop()).id
  for (const id of [shop, other]) {
    await pool.query(
      `insert into orders (shop_id, id, observed_at, channel, deleted_at)
       select $1, n, now(), 'pull', $2 from generate_series(1, 1500) as n`,
      [id, ago(100)],
    )
  }
  expect(await clean()).toMatchObject({ orders: 3_000 })
  expect(await idsOf('orders')).toEqual([])
})

it('keeps for ever what remembers an erased person', async () => {
  await addTombstone('customers', '1', 1_000, 'customers/redact')
  await addTombstone('customers', '2', 1_000)
  await clean()
  expect(await idsOf('customers')).toEqual(['1'])
})

it('waits for nobody: what is locked is left for the next day', async () => {
  await addTombstone('orders', '1', 91)
  await addTombstone('orders', '2', 91)
  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query('select from orders where id = 1 for update')
    expect(await clean()).toMatchObject({ orders: 1 })
    await client.query('rollback')
  } finally {
    client.release()
  }
  expect(await clean()).toMatchObject({ orders: 1 })
})

it('drops the tables of bulk loads whose run has ended long ago or is forgotten, and no others', async () => {
  const { rows } = await pool.query<{ id: string }>(
    `insert into sync_logs (shop_id, sync_type, mode, trigger, state, finished_at) values
       ($1, 'orders', 'backfill', 'install', 'running', null),
       ($1, 'orders', 'backfill', 'install', 'failed', now() - interval '2 days') returning id`,
    [shop],
  )
  const [going, dead] = rows.map(({ id }) => id)
  const [proof] = (await addReconciliation('running', 0)).rows
  const staged = [`bulk_${going}`, `bulk_${dead}`, 'bulk_999999', `reconcile_${proof!.id}`, 'reconcile_999999']
  await pool.query('create schema if not exists staging')
  for (const load of staged) await pool.query(`create table staging.${load}_parents (id bigint)`)
  expect(await clean()).toMatchObject({ staging_tables: 3 })
  const left = await pool.query<{ tablename: string }>(
    `select tablename from pg_tables where schemaname = 'staging' order by tablename`,
  )
  const kept = [`bulk_${going}_parents`, `reconcile_${proof!.id}_parents`]
  expect(left.rows.map(({ tablename }) => tablename)).toEqual(kept)
})

it('ends early when the process is told to stop', async () => {
  await addDeliveries(3, 31)
  const none: CleanupCounts = await clean(AbortSignal.abort())
  expect(none).toMatchObject({ webhook_deliveries: 0 })
  expect(await deliveries()).toMatchObject([{ count: 3 }])
})

it('is asked for once a slot, however many processes tick', async () => {
  const at = new Date('2026-11-24T02:00:00Z')
  await Promise.all([enqueueCleanup(at), enqueueCleanup(at), enqueueCleanup(at)])
  const { rows } = await pool.query(`select state::text from pgboss.job where name = 'cleanup'`)
  expect(rows).toEqual([{ state: 'created' }])
})
