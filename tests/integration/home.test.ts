import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { recordInstall, type ShopRow } from '~/db/shops.server'
import { homePage } from '~/presenters/home.server'
import { PULLED_NAMES, type ResourceName } from '~/resources/resource'

let shops = 0
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000)

const newShop = (): Promise<ShopRow> => recordInstall(`shop-${++shops}.myshopify.com`, { scopes: null })

async function addProduct(shop: ShopRow, id: number, title: string, rest: { deletedAt?: Date; syncedAt?: Date } = {}) {
  await pool.query(
    `insert into products (shop_id, id, title, observed_at, synced_at, channel, run_id, deleted_at)
     values ($1, $2, $3, now(), $4, 'pull', 12, $5)`,
    [shop.id, id, title, rest.syncedAt ?? new Date(), rest.deletedAt ?? null],
  )
}

async function addVariant(shop: ShopRow, id: number, productId: number, deletedAt: Date | null = null) {
  await pool.query(
    `insert into product_variants (shop_id, id, product_id, observed_at, channel, deleted_at)
     values ($1, $2, $3, now(), 'pull', $4)`,
    [shop.id, id, productId, deletedAt],
  )
}

interface Run {
  mode?: 'backfill' | 'incremental'
  state?: 'running' | 'succeeded' | 'failed'
  expected?: number
  processed?: number
  error?: string
  startedAt?: Date
  /** Read what was created then. */
  created?: { from: string; to: string }
}

async function addRun(shop: ShopRow, resource: ResourceName, run: Run = {}): Promise<string> {
  const { mode = 'incremental', state = 'succeeded', expected = 4, processed = 4 } = run
  const { rows } = await pool.query<{ id: string }>(
    `insert into sync_logs (shop_id, sync_type, mode, trigger, state, records_expected, records_processed,
       records_written, duration, error, created_at, window_by, window_from, window_to)
     values ($1, $2, $3, 'schedule', $4, $5, $6, 3, 1500, $7, $8, $9, $10, $11)
     returning id`,
    [
      ...[shop.id, resource, mode, state, expected, processed, run.error ?? null, run.startedAt ?? minutesAgo(2)],
      ...(run.created ? ['created_at', run.created.from, run.created.to] : ['updated_at', null, null]),
    ],
  )
  return rows[0]?.id ?? ''
}

async function addState(shop: ShopRow, resource: ResourceName, watermark: Date | null, failures = 0) {
  await pool.query(
    `insert into sync_states (shop_id, resource, watermark, backfilled_at, consecutive_failures)
     values ($1, $2, $3, $3, $4)`,
    [shop.id, resource, watermark, failures],
  )
}

async function completeCopy(shop: ShopRow) {
  for (const resource of PULLED_NAMES) {
    await addState(shop, resource, minutesAgo(2))
    await addRun(shop, resource)
  }
}

interface Delivery {
  topic: string
  state: 'applied' | 'pending' | 'dead'
  receivedAt?: Date
  error?: string
}

async function addDelivery(
  shop: ShopRow,
  { topic, state, receivedAt = minutesAgo(1), error }: Delivery,
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, state, received_at, applied_at, error)
     values ($1, $2, gen_random_uuid(), $3, $4::timestamptz, case when $3 = 'applied' then $4::timestamptz end, $5)
     returning id`,
    [shop.id, topic, state, receivedAt, error ?? null],
  )
  return rows[0]?.id ?? ''
}

async function read(shop: ShopRow) {
  const page = await homePage(shop, new Date())
  const [products, customers, orders] = page.resources
  if (!products || !customers || !orders) throw new Error('a resource is missing')
  return { ...page, products, customers, orders }
}

let shop: ShopRow
beforeEach(async () => {
  shop = await newShop()
})
afterAll(closeDatabase)

it('of a shop that has just been installed says that the first copy is about to begin', async () => {
  const page = await read(shop)
  expect(page.overall.state).toBe('starting')
  expect(page.resources.map(({ records, state }) => [records, state])).toEqual([
    ...Array<unknown>(4).fill(['0', 'waiting']),
    ['0', 'live'],
  ])
  expect([page.runs, page.changes]).toEqual([[], []])
})

it('follows a first copy that is going', async () => {
  await addProduct(shop, 1, 'Cup')
  for (const resource of PULLED_NAMES) {
    await addRun(shop, resource, { mode: 'backfill', state: 'running', expected: 200, processed: 86 })
  }
  const { overall, products } = await read(shop)
  expect(overall).toMatchObject({ state: 'copying', percent: 43 })
  expect(products).toMatchObject({ state: 'copying', records: '1', dataAsOf: null, progress: { percent: 43 } })
})

it('tells of a range of dates apart from the runs that keep the copy current', async () => {
  await completeCopy(shop)
  const created = { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' }
  await addRun(shop, 'orders', { mode: 'backfill', state: 'failed', startedAt: minutesAgo(0), created })
  const { overall, orders, runs } = await read(shop)
  expect(overall.state).toBe('current')
  expect(orders).toMatchObject({ state: 'current', lastRun: { mode: 'changes', outcome: 'succeeded' } })
  expect(orders.newestRange).toMatchObject({ outcome: 'failed', created: { from: '2026-03-01', to: '2026-03-31' } })
  expect(runs[0]).toMatchObject({ outcome: 'failed', mode: expect.stringMatching(/^created .*1.* to .*31/) })
})

it('counts what is in the copy and leaves out what was deleted', async () => {
  await completeCopy(shop)
  await addProduct(shop, 1, 'Cup')
  await addProduct(shop, 2, 'Plate')
  await addProduct(shop, 3, 'Broken', { deletedAt: new Date() })
  await addVariant(shop, 10, 1)
  await addVariant(shop, 11, 3, new Date())
  const { overall, products } = await read(shop)
  expect(overall.state).toBe('current')
  expect(products).toMatchObject({ records: '2', children: '1 variant', state: 'current' })
  expect(products.lastRun).toMatchObject({ records: '4 read, 3 written', duration: '1.5 sec' })
})

it('counts carts and checkouts and shows what was written of them, whose ids are text and numbers', async () => {
  await completeCopy(shop)
  const provenance = `now(), 'webhook', now()`
  await pool.query(
    `insert into carts (shop_id, id, observed_at, channel, synced_at) values ($1, 'hWNHVSMfAwqum6', ${provenance})`,
    [shop.id],
  )
  await pool.query(
    `insert into checkouts (shop_id, id, name, email, observed_at, channel, synced_at)
     values ($1, 9007199254740993, '#9007199254740993', 'ada@example.com', ${provenance})`,
    [shop.id],
  )
  const page = await read(shop)
  expect(page.resources.slice(3)).toMatchObject([
    { resource: 'checkouts', records: '1', state: 'current', completeness: { grade: 'B' } },
    { resource: 'carts', records: '1', state: 'live', completeness: { grade: 'C' } },
  ])
  expect(page.changes.map(({ name }) => name).sort()).toEqual(['#9007199254740993', 'Cart hWNHVSMfAwqum6'])
  expect(JSON.stringify(page)).not.toContain('ada@example.com')
})

it('tells which run failed and why, and what went before', async () => {
  await completeCopy(shop)
  await pool.query(`update sync_states set consecutive_failures = 1 where shop_id = $1 and resource = 'orders'`, [
    shop.id,
  ])
  const id = await addRun(shop, 'orders', {
    state: 'failed',
    error: 'Shopify did not answer',
    startedAt: minutesAgo(1),
  })
  const { overall, orders, runs } = await read(shop)
  expect(overall).toMatchObject({ state: 'behind', title: '1 of 4 resources is behind: orders' })
  expect(overall.reasons[0]).toContain(`run ${id}`)
  expect(orders.failure?.text).toContain('Shopify did not answer')
  expect(runs[0]).toMatchObject({ id, outcome: 'failed', error: 'Shopify did not answer.' })
})

it('shows the newest ten runs, newest first', async () => {
  const ids = []
  for (let minutes = 12; minutes > 0; minutes -= 1) {
    ids.push(await addRun(shop, 'customers', { startedAt: minutesAgo(minutes) }))
  }
  expect((await read(shop)).runs.map(({ id }) => id)).toEqual(ids.reverse().slice(0, 10))
})

it('shows what was written last, with its source and never a customer’s name', async () => {
  await addProduct(shop, 1, 'Cup', { syncedAt: minutesAgo(3) })
  const deliveryId = await addDelivery(shop, { topic: 'customers/update', state: 'applied' })
  await pool.query(
    `insert into customers (shop_id, id, first_name, email, observed_at, synced_at, channel, delivery_id)
     values ($1, 5, 'Ada', 'ada@example.com', now(), $2, 'webhook', $3)`,
    [shop.id, minutesAgo(1), deliveryId],
  )
  const page = await read(shop)
  expect(page.changes.map(({ name, source }) => [name, source])).toEqual([
    ['Customer 5', 'Live, customers/update'],
    ['Cup', 'Run 12'],
  ])
  expect(JSON.stringify(page)).not.toMatch(/Ada|example\.com/)
})

it('shows records that could not be stored, with the newest reason', async () => {
  await completeCopy(shop)
  await pool.query(
    `insert into set_aside_records (shop_id, resource, record_id, reason, channel, updated_at)
     values ($1, 'orders', '1', 'older', 'pull', now() - interval '1 hour'), ($1, 'orders', '2', 'newer', 'pull', now())`,
    [shop.id],
  )
  const { overall, orders } = await read(shop)
  expect(overall.title).toBe('Up to date, except for 2 records')
  expect(orders.setAside).toContain('newer.')
})

describe('a change that Shopify announced', () => {
  beforeEach(() => completeCopy(shop))

  it('is named when it was applied', async () => {
    await addDelivery(shop, { topic: 'orders/paid', state: 'applied' })
    expect((await read(shop)).overall.reasons.at(-1)).toContain('orders/paid')
  })

  it('is trouble when it waits for longer than a moment', async () => {
    await addDelivery(shop, { topic: 'orders/paid', state: 'pending', receivedAt: new Date() })
    expect((await read(shop)).overall.state).toBe('current')
    await addDelivery(shop, { topic: 'orders/paid', state: 'pending', error: 'the shop is locked' })
    const { overall } = await read(shop)
    expect(overall.title).toBe('1 change from Shopify waits to be applied')
    expect(overall.reasons[0]).toContain('the shop is locked.')
  })

  it('is trouble when it was given up on, until a pull has read the record', async () => {
    await addDelivery(shop, { topic: 'orders/paid', state: 'dead', receivedAt: minutesAgo(1) })
    expect((await read(shop)).overall.title).toBe('1 change from Shopify could not be applied')
    await pool.query('update sync_states set watermark = now() where shop_id = $1', [shop.id])
    expect((await read(shop)).overall.state).toBe('current')
  })

  it.each(['orders/delete', 'checkouts/update', 'carts/create'])(
    'stays trouble when no pull reads it: %s',
    async (topic) => {
      await addDelivery(shop, { topic, state: 'dead', receivedAt: minutesAgo(5) })
      expect((await read(shop)).overall.state).toBe('waiting')
    },
  )
})

it('never shows one shop what is another’s, even where ids are the same', async () => {
  const other = await newShop()
  await completeCopy(shop)
  await addProduct(shop, 1, 'Mine')
  await addProduct(other, 1, 'Theirs')
  await addProduct(other, 2, 'Theirs too')
  await addVariant(other, 1, 1)
  await addRun(other, 'products', { state: 'failed', error: 'their failure' })
  await addState(other, 'products', null, 4)
  await addDelivery(other, { topic: 'products/update', state: 'dead', error: 'their delivery' })
  const theirDelivery = await addDelivery(other, { topic: 'orders/create', state: 'applied' })
  await pool.query(
    `insert into set_aside_records (shop_id, resource, record_id, reason, channel)
     values ($1, 'products', '9', 'their reason', 'pull')`,
    [other.id],
  )
  // A row that names another shop's delivery learns nothing of it.
  await pool.query(`update products set channel = 'webhook', delivery_id = $2 where shop_id = $1`, [
    shop.id,
    theirDelivery,
  ])

  const mine = await read(shop)
  expect(mine.overall.state).toBe('current')
  expect(mine.products).toMatchObject({ records: '1', children: '0 variants', failure: null, setAside: null })
  expect(mine.changes.map(({ name, source }) => [name, source])).toEqual([['Mine', 'Live']])
  expect(JSON.stringify(mine)).not.toMatch(/[Tt]heir|orders\/create/)

  const theirs = await read(other)
  expect(theirs.products).toMatchObject({ records: '2', children: '1 variant', state: 'failed' })
  expect(JSON.stringify(theirs)).not.toContain('Mine')
})
