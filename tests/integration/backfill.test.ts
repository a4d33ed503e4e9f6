/** A large shop's first copy: by a bulk operation of the sandbox, whole or with everything that can be wrong with one. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { boss, stopBoss } from '~/jobs/boss.server'
import { handlers } from '~/jobs/handlers.server'
import { SourceError } from '~/shopify/source-error'
import type { Resource } from '~/resources/resource'
import { backfill, type BackfillOutcome } from '~/sync/backfill'
import { syncResource } from '~/sync/sync-resource'
import type { BulkPlan } from '../../sandbox/contract.ts'
import { withPorts } from '../factories/backfill-ports.ts'
import { rowsOf } from '../factories/copy.ts'
import { logsOf, stateOf } from '../factories/runs.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

const { orders, products } = resources
const runBackfill = (connected: ConnectedShop, resource: Resource = orders): Promise<BackfillOutcome | null> =>
  withPorts(connected, resource, (ports) =>
    backfill({ shopId: connected.id, resource, trigger: 'manual', force: false }, ports),
  )

const live = async (shopId: string, table: string) =>
  (await rowsOf(shopId, table)).filter(({ deleted_at }) => deleted_at === null)

async function expectWhole({ id, shop }: ConnectedShop): Promise<void> {
  expect((await live(id, 'orders')).map((row) => row.id)).toEqual(
    [...shop.store.orders.keys()].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  )
  const lines = [...shop.store.orders.values()].flatMap(({ lineItems }) => lineItems)
  expect(await live(id, 'order_line_items')).toHaveLength(lines.length)
}

async function stagingTables(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'staging'`,
  )
  return rows.map(({ name }) => name)
}

describe('a bulk backfill', () => {
  it('copies everything, balances its books, moves the watermark and clears its staging', async () => {
    const connected = await connectedShop({ orders: 60 })
    const outcome = await runBackfill(connected)
    expect(outcome).toMatchObject({ outcome: 'succeeded', books: { said: 60, inside: 60, after: 0 } })
    await expectWhole(connected)
    expect(await logsOf(connected.id, orders)).toMatchObject([
      { mode: 'backfill', state: 'succeeded', expected: 60, processed: 60, skipped: 0, closed: true },
    ])
    expect(await stateOf(connected.id, orders)).toMatchObject({ backfilled: true, checkpoint: null })
    expect((await stateOf(connected.id, orders))?.watermark).not.toBeNull()
    expect(await stagingTables()).toEqual([])
  })

  it('stores what a pull would store: the same again is unchanged', async () => {
    const connected = await connectedShop({ orders: 30, products: 30 })
    await runBackfill(connected)
    await pool.query('update sync_states set watermark = null where shop_id = $1', [connected.id])
    expect(await runBackfill(connected)).toMatchObject({ books: { written: 0, unchanged: 30 } })
    await runBackfill(connected, products)
    expect(await runBackfill(connected, products)).toMatchObject({ books: { written: 0, unchanged: 30 } })
  })

  it('joins children to their parents wherever in the file they stand', async () => {
    const connected = await connectedShop({ orders: 80 })
    connected.shop.bulk.next({ scatterSeed: 5 })
    expect(await runBackfill(connected)).toMatchObject({ outcome: 'succeeded' })
    await expectWhole(connected)
  })

  it('tombstones what the shop no longer has', async () => {
    const connected = await connectedShop({ orders: 20 })
    await runBackfill(connected)
    // What was seen in the second in which the next one begins is left to the one after.
    await pool.query(`update orders set observed_at = observed_at - interval '2 seconds' where shop_id = $1`, [
      connected.id,
    ])
    const gone = [...connected.shop.store.orders.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0]!.id
    connected.shop.apply({ type: 'order.delete', id: gone })
    await runBackfill(connected)
    await expectWhole(connected)
    const row = (await rowsOf(connected.id, 'orders')).find(({ id }) => id === gone)
    expect(row).toMatchObject({ deleted_via: 'backfill' })
  })

  it('waits for an operation that takes long, and goes on with it in another run', async () => {
    const connected = await connectedShop({ orders: 20 })
    connected.shop.bulk.next({ stay: 'RUNNING' })
    expect(await runBackfill(connected)).toMatchObject({ outcome: 'waiting' })
    // What is recent is there meanwhile.
    expect((await live(connected.id, 'orders')).length).toBeGreaterThan(0)
    expect((await stateOf(connected.id, orders))?.watermark).toBeNull()
    connected.shop.bulk.release()
    expect(await runBackfill(connected)).toMatchObject({ outcome: 'succeeded' })
    await expectWhole(connected)
    expect(connected.shop.bulk.operations).toHaveLength(1)
    expect(await logsOf(connected.id, orders)).toHaveLength(1)
  })

  it('reads no more of what is recent than a list can be trusted with, in pages that Shopify allows', async () => {
    const connected = await connectedShop({ orders: 20 })
    connected.shop.bulk.next({ stay: 'RUNNING' })
    const asked: number[] = []
    const outcome = await withPorts(connected, orders, (ports) =>
      backfill(
        { shopId: connected.id, resource: orders, trigger: 'manual', force: false },
        {
          ...ports,
          source: {
            ...ports.source,
            page: async (resource, filter, cursor, first) => {
              asked.push(first)
              if (first > 5) throw new SourceError('too-dear', 'The query costs more than the shop has points.')
              const page = await ports.source.page(resource, filter, null, 1)
              // A list without an end: each page has a thousand records.
              const nodes = Array.from({ length: 1_000 }, () => page.nodes[0]!)
              return { ...page, nodes, endCursor: `${asked.length}`, hasNextPage: true, requestedCost: null }
            },
          },
        },
      ),
    )
    expect(outcome).toMatchObject({ outcome: 'waiting' })
    expect(asked).toEqual([10, ...Array.from({ length: 10 }, () => 5)])
  })

  it('begins none when Shopify runs as many as it allows, and says when to look again', async () => {
    const connected = await connectedShop()
    connected.shop.bulk.next({ refuse: 'LIMIT_REACHED' })
    expect(await runBackfill(connected)).toMatchObject({ outcome: 'waiting', runId: null })
    expect(await logsOf(connected.id, orders)).toEqual([])
  })

  it('downloads again what was cut off', async () => {
    const connected = await connectedShop({ orders: 40 })
    connected.shop.bulk.next({ file: { cutAfterBytes: 5_000, times: 2 } })
    expect(await runBackfill(connected)).toMatchObject({ outcome: 'succeeded' })
    await expectWhole(connected)
  })
})

describe('a shop whose bulk operations are refused', () => {
  it('is read by pages all the same', async () => {
    const connected = await connectedShop({ customers: 60 })
    const resource = resources.customers
    const port = { shopId: connected.id, resource, trigger: 'manual' as const, force: false, mostByPages: 60 }
    const outcome = await withPorts(connected, resource, (ports) =>
      syncResource(port, {
        ...ports,
        bulk: { ...ports.bulk, start: () => Promise.reject(new SourceError('permanent', 'Shopify refuses.')) },
      }),
    )
    expect(outcome).toMatchObject({ outcome: 'succeeded', books: { inside: 60 } })
    expect(await logsOf(connected.id, resource)).toMatchObject([{ state: 'succeeded', written: 60 }])
  })
})

it('a pull of changes that meets a first copy which waits for Shopify leaves it to its own queue', async () => {
  await boss()
  const connected = await connectedShop({ customers: 1_050 })
  const payload = { shopId: connected.id, resource: 'customers', trigger: 'schedule', force: false } as const
  connected.shop.bulk.next({ stay: 'RUNNING' })
  await withPorts(connected, resources.customers, (ports) =>
    syncResource({ ...payload, resource: resources.customers }, ports),
  )
  const before = connected.shop.requests
  await handlers.sync(payload, new AbortController().signal)
  expect(connected.shop.requests).toBe(before)
  const { rows } = await pool.query(
    `select name from pgboss.job where data->>'shopId' = $1 and data->>'resource' = 'customers' and state = 'created'`,
    [connected.id],
  )
  expect(rows).toEqual([{ name: 'first-copy' }])
})

describe('many changes', () => {
  const changes = { trigger: 'schedule' as const, force: false, mostChangesByPages: 20 }

  async function changed(): Promise<ConnectedShop> {
    const connected = await connectedShop({ orders: 60 })
    await runBackfill(connected)
    await pool.query(`update sync_states set watermark = now() - interval '1 day' where shop_id = $1`, [connected.id])
    for (const id of [...connected.shop.store.orders.keys()].slice(0, 40)) {
      connected.shop.apply({ type: 'order.update', id, fields: { note: 'edited' } })
    }
    return connected
  }

  const runChanges = (connected: ConnectedShop) =>
    withPorts(connected, orders, (ports) => syncResource({ shopId: connected.id, resource: orders, ...changes }, ports))

  it('are read by a bulk operation of what changed, which balances against the count of what changed', async () => {
    const connected = await changed()
    const before = await stateOf(connected.id, orders)
    expect(await runChanges(connected)).toMatchObject({ outcome: 'succeeded', books: { written: 40 } })
    const [, operation] = connected.shop.bulk.operations
    expect(operation!.query).toContain("updated_at:>='")
    expect((await rowsOf(connected.id, 'orders')).filter(({ note }) => note === 'edited')).toHaveLength(40)
    // Nothing follows from what it did not list.
    expect((await rowsOf(connected.id, 'orders')).filter(({ deleted_at }) => deleted_at !== null)).toEqual([])
    const log = (await logsOf(connected.id, orders)).at(-1)
    expect(log).toMatchObject({ mode: 'incremental', state: 'succeeded', written: 40 })
    expect(Date.parse((await stateOf(connected.id, orders))!.watermark!)).toBeGreaterThan(
      Date.parse(before!.watermark!),
    )
  })

  it('are followed by a look for what no list of changes shows', async () => {
    const connected = await changed()
    const gone = [...connected.shop.store.orders.keys()].at(-1)!
    connected.shop.apply({ type: 'order.delete', id: gone })
    await pool.query(`update orders set observed_at = observed_at - interval '1 minute' where shop_id = $1`, [
      connected.id,
    ])
    expect(await runChanges(connected)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect((await rowsOf(connected.id, 'orders')).find(({ id }) => id === gone)).toMatchObject({ deleted_via: 'sweep' })
    expect((await logsOf(connected.id, orders)).at(-1)).toMatchObject({ mode: 'incremental', vanished: 1 })
    await expectWhole(connected)
  })

  it('whose result is not whole move nothing, and are read by pages when that goes on', async () => {
    const connected = await changed()
    const before = await stateOf(connected.id, orders)
    connected.shop.bulk.next({ file: { missingLines: 2 } }, 3)
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(await runChanges(connected)).toMatchObject({ outcome: 'failed', retry: true })
      expect(await stateOf(connected.id, orders)).toMatchObject({ watermark: before!.watermark, failures: attempt })
    }
    expect(await runChanges(connected)).toMatchObject({ outcome: 'succeeded' })
    expect(connected.shop.bulk.operations).toHaveLength(4)
    await expectWhole(connected)
  })
})

describe('everything anew, asked for by hand', () => {
  const anew = { resource: 'orders', trigger: 'manual', force: true } as const

  it('is read after the bulk operation of changes that is under way, and not taken to be it', async () => {
    const connected = await connectedShop({ orders: 60 })
    await runBackfill(connected)
    const [untouched, ...others] = [...connected.shop.store.orders.keys()]
    await pool.query(`update sync_states set watermark = now() - interval '1 day' where shop_id = $1`, [connected.id])
    await pool.query('delete from orders where shop_id = $1 and id = $2', [connected.id, untouched])
    for (const id of others.slice(0, 30)) {
      connected.shop.apply({ type: 'order.update', id, fields: { note: 'edited' } })
    }
    const sync = (force: boolean) =>
      withPorts(connected, orders, (ports) =>
        syncResource(
          { shopId: connected.id, resource: orders, trigger: 'manual', force, mostChangesByPages: 20 },
          ports,
        ),
      )
    connected.shop.bulk.next({ stay: 'RUNNING' })
    expect(await sync(false)).toMatchObject({ outcome: 'waiting', isForceOpen: false })
    expect(await sync(true)).toMatchObject({ outcome: 'waiting', isForceOpen: true })
    connected.shop.bulk.release()
    expect(await sync(true)).toMatchObject({ outcome: 'succeeded', isForceOpen: true })
    expect(await sync(true)).toMatchObject({ outcome: 'succeeded', isForceOpen: false })
    await expectWhole(connected)
  })

  it('is still asked for when the process stops before it is begun', async () => {
    await boss()
    const connected = await connectedShop({ orders: 5 })
    await handlers['first-copy']({ shopId: connected.id, ...anew }, AbortSignal.abort())
    const { rows } = await pool.query<{ data: unknown }>(
      `select data from pgboss.job where name = 'first-copy' and data->>'shopId' = $1 and state = 'created'`,
      [connected.id],
    )
    expect(rows).toEqual([{ data: { shopId: connected.id, ...anew } }])
  })
})

describe('a result that is not whole', () => {
  const wrong: [string, BulkPlan, RegExp][] = [
    ['an operation that failed', { end: 'FAILED', errorCode: 'TIMEOUT' }, /could not finish.*TIMEOUT/],
    ['a part of a result', { end: 'FAILED', partialLines: 20 }, /could not finish/],
    ['an operation that was cancelled', { end: 'CANCELED' }, /cancelled/],
    ['an operation that expired', { end: 'EXPIRED' }, /expired|gone/],
    ['a file that lacks lines', { file: { missingLines: 3 } }, /wrote \d+ objects, but \d+ arrived/],
    ['a file that is gone', { file: { status: 404 } }, /gone/],
    ['a count of objects that the file does not have', { objectCount: 7 }, /wrote 7 objects/],
  ]

  it.each(wrong)('fails the run and moves nothing: %s', async (_, plan, reason) => {
    const connected = await connectedShop({ orders: 30 })
    connected.shop.bulk.next(plan, 3)
    const outcome = await runBackfill(connected)
    expect(outcome).toMatchObject({ outcome: 'failed', retry: true, reason: expect.stringMatching(reason) })
    expect(await stateOf(connected.id, orders)).toMatchObject({ watermark: null, backfilled: false, failures: 1 })
    expect(await stagingTables()).toEqual([])
    connected.shop.bulk.plan = () => null
    for (let left = 0; left < 4; left += 1) {
      if ((await runBackfill(connected))?.outcome === 'succeeded') break
    }
    await expectWhole(connected)
    expect(await logsOf(connected.id, orders)).toContainEqual(expect.objectContaining({ success: false, closed: true }))
  })

  it("is refused when Shopify's own count contradicts it", async () => {
    const connected = await connectedShop({ orders: 30 })
    const { store } = connected.shop
    const hidden = [...store.orders.entries()].slice(0, 4)
    connected.shop.bulk.plan = () => {
      for (const [id] of hidden) (store.orders as Map<string, unknown>).delete(id)
      return { stay: 'CREATED' }
    }
    await runBackfill(connected)
    connected.shop.bulk.release()
    await expect.poll(() => connected.shop.bulk.operations[0]!.status).toBe('COMPLETED')
    for (const [id, order] of hidden) (store.orders as Map<string, unknown>).set(id, order)
    expect(await runBackfill(connected)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/counted 30 records, but its bulk result has 26/),
    })
    expect((await stateOf(connected.id, orders))?.watermark).toBeNull()
  })
})
