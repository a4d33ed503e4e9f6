/** The copy held against everything the sandbox's shop has: what differs is found, named and repaired. */
import { sandbox } from '../factories/running-sandbox.ts'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { withReconcileLock } from '~/db/reconcile.server'
import { boss, stopBoss } from '~/jobs/boss.server'
import { handlers } from '~/jobs/handlers.server'
import { enqueueReconcile } from '~/jobs/enqueue.server'
import { tickReconcile } from '~/jobs/schedule.server'
import { TryAgain } from '~/jobs/try-again'
import { resources } from '~/resources/registry'
import { SourceError } from '~/shopify/source-error'
import { reconcile } from '~/sync/reconcile'
import { withPorts } from '../factories/backfill-ports.ts'
import { rowsOf } from '../factories/copy.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
})

const never = new AbortController().signal
let connected: ConnectedShop

const reconcileOrders = (deep = false) =>
  handlers.reconcile({ shopId: connected.id, resource: 'orders', deep, trigger: 'manual' }, never)

/** Everything in the copy was seen a minute ago: what is seen in the second of the comparison is left to the next one. */
async function copyOrders(): Promise<void> {
  await handlers.sync({ shopId: connected.id, resource: 'orders', trigger: 'manual', force: false }, never)
  await pool.query(`update orders set observed_at = observed_at - interval '1 minute' where shop_id = $1`, [
    connected.id,
  ])
}

async function newest(): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select state, mode, compared, missing, stale, different, vanished, error, finished_at is not null as finished
     from reconciliations where shop_id = $1 order by id desc limit 1`,
    [connected.id],
  )
  return rows[0]!
}

async function differences(): Promise<Record<string, unknown>[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select record_id as id, kind, missed_topic as topic, missed_by_pull as pull
     from reconciliation_differences where shop_id = $1 order by kind, record_id`,
    [connected.id],
  )
  return rows
}

const orderIds = () => [...connected.shop.store.orders.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
const row = async (id: string) => (await rowsOf(connected.id, 'orders')).find((order) => order.id === id)

beforeEach(async () => {
  connected = await connectedShop({ orders: 25 })
  await copyOrders()
})

describe('a copy that is what the shop is', () => {
  it('is said to have no drift, with how many records were compared', async () => {
    await reconcileOrders()
    expect(await newest()).toEqual({
      state: 'succeeded',
      mode: 'ids',
      compared: 25,
      missing: 0,
      stale: 0,
      different: 0,
      vanished: 0,
      error: null,
      finished: true,
    })
    await reconcileOrders(true)
    expect(await newest()).toMatchObject({ mode: 'fields', compared: 25, different: 0 })
    expect(await differences()).toEqual([])
  })
})

describe('a difference', () => {
  it('of each kind is found, written down with what should have brought it, and repaired', async () => {
    const [missing, stale, vanished] = orderIds()
    await pool.query('delete from orders where shop_id = $1 and id = $2', [connected.id, missing!.id])
    await pool.query(
      `update orders set note = 'old', digest = 'old', source_updated_at = source_updated_at - interval '1 hour'
       where shop_id = $1 and id = $2`,
      [connected.id, stale!.id],
    )
    connected.shop.apply({ type: 'order.delete', id: vanished!.id })
    await reconcileOrders()
    expect(await newest()).toMatchObject({ state: 'succeeded', compared: 24, missing: 1, stale: 1, vanished: 1 })
    expect(await differences()).toEqual([
      { id: missing!.id, kind: 'missing', topic: 'orders/create', pull: true },
      { id: stale!.id, kind: 'stale', topic: 'orders/updated', pull: true },
      { id: vanished!.id, kind: 'vanished', topic: 'orders/delete', pull: false },
    ])
    expect(await row(missing!.id)).toMatchObject({ deleted_at: null })
    expect(await row(stale!.id)).toMatchObject({ note: stale!.note })
    expect(await row(vanished!.id)).toMatchObject({ deleted_via: 'reconcile' })
    await reconcileOrders()
    expect(await newest()).toMatchObject({ missing: 0, stale: 0, vanished: 0 })
  })

  it('in one field of a record is found by the deep comparison alone', async () => {
    const [wrong] = orderIds()
    await pool.query(`update orders set note = 'wrong', digest = 'wrong' where shop_id = $1 and id = $2`, [
      connected.id,
      wrong!.id,
    ])
    await reconcileOrders()
    expect(await newest()).toMatchObject({ different: 0 })
    await reconcileOrders(true)
    expect(await newest()).toMatchObject({ different: 1 })
    expect(await row(wrong!.id)).toMatchObject({ note: wrong!.note })
  })

  it('that only waits for its webhook is still a difference, and that which came meanwhile is none', async () => {
    const [late] = orderIds()
    connected.shop.bulk.next({ stay: 'RUNNING' })
    connected.shop.apply({ type: 'order.update', id: late!.id, fields: { note: 'new' } })
    const going = reconcileOrders()
    await expect.poll(() => connected.shop.bulk.operations.length).toBe(1)
    await handlers.sync({ shopId: connected.id, resource: 'orders', trigger: 'manual', force: false }, never)
    connected.shop.bulk.release()
    await going
    expect(await newest()).toMatchObject({ state: 'succeeded', stale: 0 })
  })
})

it('a row that a late webhook left partial, and no pull will read again, is completed, and is no drift', async () => {
  const [order] = orderIds()
  await pool.query(
    `update orders set partial = true, digest = null, channel = 'webhook', total_refunded = null
     where shop_id = $1 and id = $2`,
    [connected.id, order!.id],
  )
  const watermarkAt = (watermark: string) =>
    pool.query('update sync_states set watermark = $2 where shop_id = $1', [connected.id, watermark])
  await watermarkAt(order!.updatedAt)
  await reconcileOrders()
  expect(await row(order!.id)).toMatchObject({ partial: true })
  await watermarkAt(new Date(Date.parse(order!.updatedAt) + 3_600_000).toISOString())
  await reconcileOrders()
  expect(await newest()).toMatchObject({ state: 'succeeded', missing: 0, stale: 0, different: 0, vanished: 0 })
  expect(await row(order!.id)).toMatchObject({ partial: false, total_refunded: Number(order!.totalRefunded) })
})

it('what was found and repaired before an interruption is told as well', async () => {
  const large = await connectedShop({ orders: 260 })
  const { orders } = resources
  const stopping = new AbortController()
  const compare = (signal: AbortSignal) =>
    withPorts(large, orders, (ports) =>
      withReconcileLock(pool, large.id, orders, (reconciliations) =>
        reconcile(
          { shopId: large.id, resource: orders, depth: 'ids', trigger: 'manual' },
          {
            ...ports,
            reconciliations,
            stopping: signal,
            source: {
              ...ports.source,
              async nodes(resource, ids) {
                if (signal.aborted) throw new SourceError('retryable', 'The process is stopping.')
                if (ids.length === 250) stopping.abort()
                return ports.source.nodes(resource, ids)
              },
            },
          },
        ),
      ),
    )
  expect(await compare(stopping.signal)).toMatchObject({ outcome: 'interrupted' })
  expect(await compare(never)).toMatchObject({ outcome: 'succeeded', compared: 260, drift: { missing: 260 } })
})

it('a comparison whose list is not whole proves nothing and is begun again', async () => {
  connected.shop.bulk.next({ file: { missingLines: 5 } })
  await expect(reconcileOrders()).rejects.toThrow(TryAgain)
  expect(await newest()).toMatchObject({ state: 'failed', compared: null, error: expect.stringContaining('arrived') })
  expect((await rowsOf(connected.id, 'orders')).every(({ deleted_at }) => deleted_at === null)).toBe(true)
  await reconcileOrders()
  expect(await newest()).toMatchObject({ state: 'succeeded', compared: 25 })
})

it('a record that was erased for its owner is no difference', async () => {
  const [erased] = orderIds()
  await pool.query(
    `update orders set deleted_at = now(), deleted_via = 'customers/redact' where shop_id = $1 and id = $2`,
    [connected.id, erased!.id],
  )
  await reconcileOrders()
  expect(await newest()).toMatchObject({ missing: 0, stale: 0 })
  expect(await row(erased!.id)).toMatchObject({ deleted_via: 'customers/redact' })
})

it('the night asks once for each resource that can be proved and is copied, however many processes ask', async () => {
  await boss()
  await pool.query('delete from pgboss.job')
  await pool.query('update sync_states set backfilled_at = now() where shop_id = $1', [connected.id])
  const at = new Date('2026-11-24T03:00:00Z')
  await Promise.all([tickReconcile(at, 'fields'), tickReconcile(at, 'fields')])
  const { rows } = await pool.query<{ resource: string; deep: string; inTheHour: boolean }>(
    `select data->>'resource' as resource, data->>'deep' as deep, start_after >= $2 and start_after < $2::timestamptz + interval '1 hour' as "inTheHour"
     from pgboss.job where name = 'reconcile' and data->>'shopId' = $1`,
    [connected.id, at],
  )
  expect(rows).toEqual([{ resource: 'orders', deep: 'true', inTheHour: true }])
})

it('a comparison of every field is not taken to be done by one of less that waits or is under way', async () => {
  await boss()
  const asked = async () => {
    const { rows } = await pool.query<{ deep: boolean }>(
      `select (data->>'deep')::boolean as deep from pgboss.job
       where name = 'reconcile' and data->>'shopId' = $1 and state = 'created' order by deep`,
      [connected.id],
    )
    return rows.map(({ deep }) => deep)
  }
  const ask = (deep: boolean) => enqueueReconcile(connected.id, 'orders', { trigger: 'manual', deep })
  expect([await ask(false), await ask(false), await ask(true), await ask(true)]).toEqual([true, false, true, false])
  expect(await asked()).toEqual([false, true])
  await pool.query('delete from pgboss.job')

  await reconcileOrders()
  await pool.query(
    `insert into reconciliations (shop_id, resource, mode, trigger, operation, as_of)
     select shop_id, resource, 'ids', trigger, operation, as_of from (
       select * from reconciliations where shop_id = $1 order by id desc limit 1
     ) as last`,
    [connected.id],
  )
  await reconcileOrders(true)
  expect(await newest()).toMatchObject({ state: 'succeeded', mode: 'ids' })
  expect(await asked()).toEqual([true])
  await reconcileOrders(true)
  expect(await newest()).toMatchObject({ state: 'succeeded', mode: 'fields' })
})
