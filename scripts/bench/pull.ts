/**
 * What the paged pull makes of the points that Shopify restores, and what a pull costs when nothing is new. Two processes
 * pull one shop of the plan Plus; the sandbox, in this process, counts what it charges and whom it throttles.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { benchPostgres } from './bench-postgres.ts'
import { migrate } from '../migrate.ts'
import { bundle } from './bundle.ts'
import { printTable } from './print-table.ts'
import { installShop } from './pull/install-shop.ts'
import { type PullResult, pullInProcess } from './pull/pull-in-process.ts'

const DOMAIN = 'bench.myshopify.com'
const CREDENTIALS = { apiKey: 'bench', apiSecret: 'bench-secret' }
/** https://shopify.dev/docs/api/usage/limits: Plus */
const RESTORED_PER_SECOND = 1_000
/** The full bucket is spent first, as fast as it goes; what is restored can be seen after that. */
const WARM_UP_MS = 60_000
const MEASURED_MS = 60_000

export async function run(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'))
  const server = await benchPostgres(folder)
  const sandbox = await startSandbox({ ...CREDENTIALS, port: 0, appUrl: 'http://127.0.0.1:1' })
  try {
    await migrate(server.url)
    console.error('Making a shop …')
    const size = { products: 800, customers: 6_000, orders: 2_600 }
    const shop = sandbox.createShop({ domain: DOMAIN, seed: 1, plan: 'plus', ...size })
    shop.webhooks.enabled = false
    letRest(shop, sandbox.now())
    const shopId = await installShop(server.url, sandbox.url, shop, CREDENTIALS)
    const program = await bundle('scripts/bench/pull/pull-resources.ts')
    const start = (...resources: string[]) =>
      pullInProcess({ program, databaseUrl: server.url, sandboxUrl: sandbox.url, ...CREDENTIALS }, shopId, resources)
    return await measure(shop, server.url, start)
  } finally {
    await sandbox.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As if nothing had happened in the shop for two days: Shopify's filter for customers knows whole days only. */
function letRest({ store }: SandboxShop, nowMs: number): void {
  const latest = `${new Date(nowMs - 2 * 86_400_000).toISOString().slice(0, 19)}Z`
  for (const records of [store.products, store.customers, store.orders]) {
    for (const record of records.values()) if (record.updatedAt > latest) record.updatedAt = latest
  }
}

async function measure(
  shop: SandboxShop,
  databaseUrl: string,
  start: (...resources: string[]) => Promise<PullResult[]>,
): Promise<Record<string, number>> {
  console.error(`First copy by two processes; measured from second ${WARM_UP_MS / 1000} on …`)
  const startedMs = performance.now()
  const copying = Promise.all([start('orders'), start('customers', 'products')])
  await delay(WARM_UP_MS)
  const [fromMs, from] = [performance.now(), { ...shop.points }]
  const isOver = await Promise.race([copying.then(() => true), delay(MEASURED_MS).then(() => false)])
  if (isOver) throw new Error('the first copy was over before there was anything to measure: make the shop larger')
  const [toMs, to] = [performance.now(), { ...shop.points }]
  const copied = (await copying).flat()
  const endedMs = performance.now()
  const throttled = shop.points.throttled - from.throttled

  console.error('A pull of each resource, with nothing new …')
  const before = shop.requests
  const idle = await start('orders', 'customers', 'products')
  const idleRequests = (shop.requests - before) / idle.length

  const restored = ((toMs - fromMs) / 1000) * RESTORED_PER_SECOND
  const share = (to.charged - from.charged) / restored
  const row = (what: string) => (result: PullResult) => [
    `${what}, ${result.resource}`,
    ...[result.records, result.requests, result.points, Math.round(result.waitedMs / 1000)].map(figure),
  ]
  printTable(
    ['pull', 'records', 'requests', 'points', 'waited s'],
    [...copied.map(row('first copy')), ...idle.map(row('nothing new'))],
  )
  console.log(`First copy: ${figure((endedMs - startedMs) / 1000)} s. THROTTLED in it: ${shop.points.throttled}.`)
  console.log(`Points used of those restored, second 60 to 120: ${(share * 100).toFixed(1)} %.`)
  console.log(`Reserving and settling: ${(await budgetTrip(databaseUrl)).toFixed(2)} ms each in the database.`)
  return { points_share: Number(share.toFixed(3)), throttled, idle_requests_per_resource: idleRequests }
}

const figure = (value: number) => Math.round(value).toLocaleString('en')

/** Milliseconds of one statement that writes the budget's row, from this process. */
async function budgetTrip(databaseUrl: string): Promise<number> {
  const times = 1_000
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const startedMs = performance.now()
    for (let count = 0; count < times; count++) await client.query('update shop_budgets set level = level')
    return (performance.now() - startedMs) / times
  } finally {
    await client.end()
  }
}
