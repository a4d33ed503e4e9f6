/** What was created in a range of time is read again: by pages and by bulk operations, beside the ordinary runs. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { withRunLock } from '~/db/runs.server'
import { recordUninstall } from '~/db/shops.server'
import { boss, stopBoss } from '~/jobs/boss.server'
import { enqueueRange, enqueueSync } from '~/jobs/enqueue.server'
import { handlers } from '~/jobs/handlers.server'
import { resources } from '~/resources/registry'
import { backfill } from '~/sync/backfill'
import { syncResource } from '~/sync/sync-resource'
import type { Range } from '~/sync/window'
import { withPorts } from '../factories/backfill-ports.ts'
import { rowsOf } from '../factories/copy.ts'
import { stateOf } from '../factories/runs.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

const { orders } = resources
const never = new AbortController().signal
const daysAgo = (days: number) => new Date(Math.floor(Date.now() / 1000) * 1000 - days * 86_400_000).toISOString()

/** Of the sandbox's ninety days. */
const month: Range = { from: daysAgo(50), to: daysAgo(20) }
let connected: ConnectedShop

const ask = (range = month) => ({
  shopId: connected.id,
  resource: orders,
  trigger: 'manual' as const,
  force: false,
  range,
})
const byPages = (range = month) => withPorts(connected, orders, (ports) => syncResource(ask(range), ports), range)
const inBulk = (range = month) => withPorts(connected, orders, (ports) => backfill(ask(range), ports), range)
const ways = [
  ['by pages', byPages],
  ['by a bulk operation', inBulk],
] as const

const pull = () => handlers.sync({ shopId: connected.id, resource: 'orders', trigger: 'manual', force: false }, never)
const isIn = ({ from, to }: Range, createdAt: string) =>
  Date.parse(createdAt) >= Date.parse(from) && Date.parse(createdAt) < Date.parse(to)
const shopOrders = (isWanted: boolean) =>
  [...connected.shop.store.orders.values()].filter(({ createdAt }) => isIn(month, createdAt) === isWanted)
const rowById = async (id: string) => (await rowsOf(connected.id, 'orders')).find((row) => row.id === id)!

/** The state of the ordinary runs. */
async function ordinaryState() {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select watermark, checkpoint, backfilled_at, last_success_at, consecutive_failures from sync_states
     where shop_id = $1 and resource = 'orders'`,
    [connected.id],
  )
  return rows[0]
}

interface RangeLog {
  by: string
  from: Date
  to: Date
  [column: string]: unknown
}

/** Oldest first. */
async function logs(): Promise<RangeLog[]> {
  const { rows } = await pool.query<RangeLog>(
    `select mode, state, success, error, window_by as by, window_from as from, window_to as to, vanished,
       records_expected as expected, records_processed as processed, records_written as written, records_unchanged as unchanged
     from sync_logs where shop_id = $1 and window_by = 'created_at' order by id`,
    [connected.id],
  )
  return rows
}

async function places(): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<{ places: Record<string, unknown> }>(
    `select range_checkpoints as places from sync_states where shop_id = $1 and resource = 'orders'`,
    [connected.id],
  )
  return rows[0]!.places
}

beforeEach(async () => {
  connected = await connectedShop({ orders: 60 })
  await pull()
  // A minute ago, and not as Shopify has them.
  await pool.query(
    `update orders set note = 'wrong', digest = 'wrong', observed_at = observed_at - interval '1 minute' where shop_id = $1`,
    [connected.id],
  )
})

describe.each(ways)('a range that is read %s', (_, read) => {
  it('is as in the shop again, and what was created before or after it stays as it was', async () => {
    const [inside, outside] = [shopOrders(true), shopOrders(false)]
    expect([inside.length, outside.length].every((count) => count > 5)).toBe(true)
    expect(await read()).toMatchObject({ outcome: 'succeeded', books: { said: inside.length, inside: inside.length } })
    for (const { id, note } of inside) expect(await rowById(id)).toMatchObject({ note, deleted_at: null })
    for (const { id } of outside) expect(await rowById(id)).toMatchObject({ note: 'wrong', deleted_at: null })
  })

  it('is logged with its books and as what it is: a window of creation', async () => {
    const count = shopOrders(true).length
    await read()
    expect(await logs()).toMatchObject([
      { mode: 'backfill', state: 'succeeded', by: 'created_at', expected: count, processed: count, written: count },
    ])
    const [log] = await logs()
    expect([log!.from.toISOString(), log!.to.toISOString()]).toEqual([month.from, month.to])
    await read()
    expect((await logs())[1]).toMatchObject({ state: 'succeeded', written: 0, unchanged: count })
  })

  it('moves no watermark, leaves the place of the ordinary run alone and is no first copy', async () => {
    await pool.query(
      `update sync_states set backfilled_at = null, checkpoint = '{"kept": true}', consecutive_failures = 2
       where shop_id = $1`,
      [connected.id],
    )
    const before = await ordinaryState()
    await read()
    expect(await ordinaryState()).toEqual(before)
    expect(await places()).toEqual({})
  })

  it('tombstones what was deleted of it, and nothing of other dates', async () => {
    const [gone, stranger] = [shopOrders(true)[3]!, shopOrders(false)[3]!]
    for (const { id } of [gone, stranger]) connected.shop.apply({ type: 'order.delete', id })
    await read()
    expect(await rowById(gone.id)).toMatchObject({ deleted_via: 'backfill' })
    expect(await rowById(stranger.id)).toMatchObject({ deleted_at: null })
    expect((await logs())[0]).toMatchObject({ state: 'succeeded', vanished: 1 })
  })

  it('asks by id for what is not listed, and keeps what Shopify knows', async () => {
    const stranger = shopOrders(false)[3]!
    await pool.query('update orders set created_at = $3 where shop_id = $1 and id = $2', [
      ...[connected.id, stranger.id, daysAgo(30)],
    ])
    await read()
    expect(await rowById(stranger.id)).toMatchObject({ deleted_at: null, note: stranger.note })
    expect((await logs())[0]).toMatchObject({ state: 'succeeded', vanished: 0 })
  })

  it('tombstones nothing that Shopify no longer shows for its age', async () => {
    connected.shop.recentOrdersOnly = true
    const old = { from: daysAgo(85), to: daysAgo(40) }
    expect(await read(old)).toMatchObject({ outcome: 'succeeded' })
    const rows = await rowsOf(connected.id, 'orders')
    expect(rows.filter(({ deleted_at }) => deleted_at !== null)).toEqual([])
    // Half of it is shown, and that is read.
    expect(rows.filter(({ note }) => note !== 'wrong').length).toBeGreaterThan(0)
  })

  it('ends where the run begins, when it is not over yet', async () => {
    const range = { from: daysAgo(20), to: daysAgo(-2) }
    const count = [...connected.shop.store.orders.values()].filter(({ createdAt }) => isIn(range, createdAt)).length
    expect(await read(range)).toMatchObject({ outcome: 'succeeded', books: { said: count, inside: count } })
  })
})

describe('a range whose bulk operation takes long', () => {
  beforeEach(async () => {
    connected.shop.bulk.next({ stay: 'RUNNING' })
    expect(await inBulk()).toMatchObject({ outcome: 'waiting' })
  })

  it('is finished by whoever comes next, in the same run and with the same operation', async () => {
    expect(Object.keys(await places())).toEqual([`${month.from}/${month.to}`])
    connected.shop.bulk.release()
    expect(await byPages()).toMatchObject({ outcome: 'succeeded' })
    expect(connected.shop.bulk.operations).toHaveLength(1)
    expect(await logs()).toMatchObject([{ state: 'succeeded' }])
    expect(await places()).toEqual({})
  })

  it('does not keep ordinary runs waiting, and is not taken for dead by them', async () => {
    const before = await stateOf(connected.id, orders)
    await pull()
    expect(await stateOf(connected.id, orders)).toMatchObject({ failures: 0, checkpoint: null })
    expect((await stateOf(connected.id, orders))!.watermark! >= before!.watermark!).toBe(true)
    expect(await logs()).toMatchObject([{ state: 'running' }])
  })

  it('is given up when the app is uninstalled: nobody would go on with it', async () => {
    await recordUninstall(pool, connected.id, new Date().toISOString())
    expect(await logs()).toMatchObject([{ state: 'failed', error: expect.stringContaining('uninstalled') }])
    expect(await places()).toEqual({})
  })

  it('does not keep another range waiting, which has a place of its own', async () => {
    const other = { from: daysAgo(80), to: daysAgo(60) }
    expect(await inBulk(other)).toMatchObject({ outcome: 'succeeded' })
    expect(Object.keys(await places())).toEqual([`${month.from}/${month.to}`])
    expect(await logs()).toMatchObject([{ state: 'running' }, { state: 'succeeded' }])
  })
})

describe('a range whose result is not whole', () => {
  it('has failed and says so, and the next one begins another operation', async () => {
    connected.shop.bulk.next({ file: { missingLines: 3 } })
    const before = await ordinaryState()
    expect(await inBulk()).toMatchObject({ outcome: 'failed', retry: true })
    expect(await logs()).toMatchObject([{ state: 'failed', error: expect.stringMatching(/arrived/) }])
    expect(await ordinaryState()).toEqual(before)
    expect(await places()).toEqual({})
    expect(await inBulk()).toMatchObject({ outcome: 'succeeded' })
    expect(connected.shop.bulk.operations).toHaveLength(2)
  })
})

it('of a thousand records and more a bulk operation lists them, by what Shopify calls their creation', async () => {
  const { customers } = resources
  connected = await connectedShop({ customers: 1_200 })
  const range = { from: daysAgo(88), to: daysAgo(-1) }
  const request = { ...ask(range), resource: customers }
  const outcome = await withPorts(connected, customers, (ports) => syncResource(request, ports), range)
  expect(outcome).toMatchObject({ outcome: 'succeeded' })
  const inside = [...connected.shop.store.customers.values()].filter(({ createdAt }) => isIn(range, createdAt))
  expect((await rowsOf(connected.id, 'customers')).length).toBe(inside.length)
  expect(connected.shop.bulk.operations.map(({ query }) => query)).toEqual([
    expect.stringContaining('customer_date:>='),
  ])
})

describe('the job of a range', () => {
  const waiting = async () => {
    const { rows } = await pool.query<{ data: { range?: Range } }>(
      `select data from pgboss.job where name = 'first-copy' and data->>'shopId' = $1 and state = 'created'
       order by singleton_key`,
      [connected.id],
    )
    return rows.map(({ data }) => data.range)
  }
  const other = { from: daysAgo(10), to: daysAgo(5) }

  it('waits beside those of other ranges and of the whole, and once', async () => {
    await boss()
    const asked = () => enqueueRange(connected.id, 'orders', { trigger: 'manual', range: month })
    expect([await asked(), await asked()]).toEqual([1, 0])
    expect(await enqueueRange(connected.id, 'orders', { trigger: 'manual', range: other })).toBe(1)
    expect(await enqueueSync(connected.id, 'orders', { trigger: 'manual', force: true })).toBe(1)
    expect(await waiting()).toEqual([undefined, month, other])
    expect(await enqueueRange(connected.id, 'all', { trigger: 'manual', range: month })).toBe(3)
  })

  it('does what it says', async () => {
    await handlers['first-copy']({ ...ask(), resource: 'orders' }, never)
    expect(await logs()).toMatchObject([{ state: 'succeeded', by: 'created_at' }])
  })

  it('waits for as long as another run of the resource goes on, and does not run beside it', async () => {
    await withRunLock(pool, connected.id, orders, async () => {
      await handlers['first-copy']({ ...ask(other), resource: 'orders' }, never)
    })
    expect(await logs()).toEqual([])
    expect(await waiting()).toEqual([other])
  })
})
