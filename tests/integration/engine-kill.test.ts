/** Real processes of the app that are killed in the middle of a run, and PostgreSQL with them; others finish. */
import { killPostgres, removePostgres, startPostgresAgain } from '../factories/own-postgres.ts'
import { sandbox } from '../factories/running-sandbox.ts'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { stopBoss } from '~/jobs/boss.server'
import { enqueueSync } from '~/jobs/enqueue.server'
import { resources } from '~/resources/registry'
import { bundle } from '../../scripts/bench/bundle.ts'
import { rowsOf } from '../factories/copy.ts'
import { logsOf, stateOf } from '../factories/runs.ts'
import { connectedShop, type ConnectedShop } from '../factories/sandbox-shops.ts'

const { orders, customers } = resources
const workers: ChildProcess[] = []
let program = ''

beforeAll(async () => {
  program = fileURLToPath(await bundle('tests/programs/worker.ts'))
})

afterEach(async () => {
  for (const worker of workers.splice(0)) await kill(worker)
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
  await sandbox.close()
  await removePostgres()
})

async function startWorker(): Promise<ChildProcess> {
  const worker = spawn(process.execPath, [program], { env: process.env, stdio: ['ignore', 'pipe', 'inherit'] })
  workers.push(worker)
  await once(worker.stdout, 'data')
  return worker
}

async function kill(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return
  worker.kill('SIGKILL')
  await once(worker, 'exit')
}

/** A shop whose answers take a while, so that a run can be met in its middle. */
async function slowShop(): Promise<ConnectedShop> {
  const connected = await connectedShop({ products: 5, customers: 20, orders: 250 })
  connected.shop.faults = ({ kind }) => (kind === 'graphql' ? { slowMs: 120 } : null)
  return connected
}

const newestLog = async ({ id }: ConnectedShop) => (await logsOf(id, orders)).at(-1)

/** Waits until the newest run has stored some pages and is not at its end. */
const midway = (shop: ConnectedShop, earlierRuns = 0) =>
  expect
    .poll(
      async () => {
        const logs = await logsOf(shop.id, orders)
        return logs.length > earlierRuns && logs.at(-1)!.state === 'running' && logs.at(-1)!.processed > 0
      },
      { timeout: 30_000, interval: 20 },
    )
    .toBe(true)

const finished = (shop: ConnectedShop) =>
  expect
    .poll(async () => (await newestLog(shop).catch(() => undefined))?.state, { timeout: 90_000, interval: 200 })
    .toBe('succeeded')

/** As if the dead process's heartbeat had been missing for long enough. */
const missHeartbeats = () =>
  pool.query(`update pgboss.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'`)

async function expectWholeCopy({ id, shop }: ConnectedShop): Promise<void> {
  const there = [...shop.store.orders.values()].map((order) => `${order.id} ${Date.parse(order.updatedAt)}`)
  const live = (await rowsOf(id, 'orders')).filter(({ deleted_at }) => deleted_at === null)
  const here = live.map((row) => `${String(row.id)} ${Date.parse(String(row.source_updated_at))}`)
  expect(here.sort()).toEqual(there.sort())
  const log = (await newestLog({ id } as ConnectedShop))!
  expect(log.written + log.unchanged + log.skipped).toBe(log.processed)
  expect((await stateOf(id, orders))?.checkpoint).toBeNull()
}

it('a first copy whose process is killed is finished by another, from the page it had come to', async () => {
  const shop = await slowShop()
  await enqueueSync(shop.id, 'orders', { trigger: 'install' })
  const first = await startWorker()
  await midway(shop)
  await kill(first)
  const stored = (await rowsOf(shop.id, 'orders')).length
  expect(stored).toBeGreaterThan(0)
  expect(stored).toBeLessThan(250)
  await missHeartbeats()
  await startWorker()
  await finished(shop)
  await expectWholeCopy(shop)
  expect((await logsOf(shop.id, orders)).map(({ state }) => state)).toEqual(['failed', 'succeeded'])
}, 150_000)

it('a first copy by bulk operation whose process is killed is finished by another, with the same operation', async () => {
  const shop = await connectedShop({ products: 5, customers: 1_100, orders: 5 })
  shop.shop.bulk.next({ stay: 'RUNNING' })
  await enqueueSync(shop.id, 'customers', { trigger: 'install' })
  const first = await startWorker()
  const logs = () => logsOf(shop.id, customers)
  const newest = async () => (await logs().catch(() => [])).at(-1)
  await expect.poll(async () => (await newest())?.state, { timeout: 30_000 }).toBe('running')
  await expect.poll(() => shop.shop.bulk.operations[0]?.objectCount).toBe(1_100)
  await kill(first)
  shop.shop.bulk.release()
  await missHeartbeats()
  await startWorker()
  await expect.poll(async () => (await newest())?.state, { timeout: 90_000, interval: 200 }).toBe('succeeded')
  const rows = await rowsOf(shop.id, 'customers')
  const byId = (ids: Iterable<string>) => [...ids].sort()
  expect(byId(rows.map(({ id }) => id))).toEqual(byId(shop.shop.store.customers.keys()))
  expect(shop.shop.bulk.operations).toHaveLength(1)
  const log = (await newest())!
  expect(log.mode).toBe('backfill')
  expect(log.written + log.unchanged + log.skipped).toBe(log.processed)
}, 150_000)

it('a pull of changes whose process is killed is finished by another', async () => {
  const shop = await slowShop()
  await enqueueSync(shop.id, 'orders', { trigger: 'install' })
  const first = await startWorker()
  await finished(shop)
  for (const id of [...shop.shop.store.orders.keys()].slice(0, 150)) {
    shop.shop.apply({ type: 'order.update', id, fields: { note: 'changed' } })
  }
  await enqueueSync(shop.id, 'orders', { trigger: 'manual' })
  await midway(shop, 1)
  await kill(first)
  await missHeartbeats()
  await startWorker()
  await finished(shop)
  await expectWholeCopy(shop)
  expect((await newestLog(shop))?.mode).toBe('incremental')
}, 150_000)

it('a run whose PostgreSQL is killed, and its process too, is finished by another when PostgreSQL is back', async () => {
  const shop = await slowShop()
  await enqueueSync(shop.id, 'orders', { trigger: 'install' })
  const first = await startWorker()
  await midway(shop)
  await killPostgres()
  await kill(first)
  await startPostgresAgain()
  await expect
    .poll(
      () =>
        pool.query('select 1').then(
          () => true,
          () => false,
        ),
      { timeout: 30_000 },
    )
    .toBe(true)
  await missHeartbeats()
  await startWorker()
  await finished(shop)
  await expectWholeCopy(shop)
}, 150_000)
