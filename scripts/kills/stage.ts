/** What is killed, and what is beside it: PostgreSQL, the built app, and a Shopify that answers what signals ask. */
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { installShop } from '../bench/pull/install-shop.ts'
import { type AppProcess, startApp } from '../demo/app-process.ts'
import { buildApp } from '../demo/build-in-own-process.ts'
import type { Closers } from '../demo/closers.ts'
import { findPort } from '../demo/find-port.ts'
import { waitUntil } from '../demo/wait-until.ts'
import { startKillablePostgres } from '../killable-postgres.ts'
import { migrate } from '../migrate.ts'
import { PlainFailure } from '../plain-failure.mjs'

export interface Stage {
  shops: SandboxShop[]
  port: number
  killApp(): Promise<void>
  killPostgres(): Promise<void>
  /** Starts what was killed, and resolves when /healthz is 200. */
  recover(): Promise<void>
  query<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result>
}

export const CREDENTIALS = { apiKey: 'kills', apiSecret: 'kills-secret' }
const SHOPS = 3
const SIZE = { products: 1, customers: 5, orders: 20 }
/** What pulls bring would hide what webhooks have lost. */
const ONCE_A_YEAR = '0 0 1 1 *'
const HEALTHY_WITHIN_MS = 60_000

export async function openStage({ isUnsafe }: { isUnsafe: boolean }, closers: Closers): Promise<Stage> {
  await buildApp()
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-kills-'))
  await closers.add(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = await startKillablePostgres({ port: await quietPort() })
  await closers.add(() => postgres.remove())
  await migrate(postgres.url)

  const query: Stage['query'] = async (work) => {
    const client = new pg.Client({ connectionString: postgres.url })
    // When it breaks, the query says so; without a listener it would end this process.
    client.on('error', () => undefined)
    await client.connect()
    return work(client).finally(() => client.end())
  }
  if (isUnsafe) await query(forgetWhatIsConfirmed)

  const port = await quietPort()
  const appUrl = `http://127.0.0.1:${port}`
  const sandbox = await startSandbox({ ...CREDENTIALS, port: 0, appUrl })
  await closers.add(() => sandbox.close())
  const shops: SandboxShop[] = []
  for (let seed = 1; seed <= SHOPS; seed += 1) {
    const shop = sandbox.createShop({ domain: `kills-${seed}.myshopify.com`, seed, plan: 'enterprise', ...SIZE })
    shop.webhooks.enabled = false
    await installShop(postgres.url, sandbox.url, shop, CREDENTIALS)
    shops.push(shop)
  }

  async function start(): Promise<AppProcess> {
    const started = await startApp({
      ...{ databaseUrl: postgres.url, sandbox, ...CREDENTIALS, appUrl },
      ...{ roles: 'web,worker,scheduler', schedule: ONCE_A_YEAR, logFile: join(folder, 'app.log') },
    })
    await closers.add(() => started.stop())
    return started
  }
  let app: AppProcess | null = await start()
  let isPostgresUp = true

  return {
    shops,
    port,
    query,
    async killApp() {
      await app?.kill()
      app = null
    },
    async killPostgres() {
      isPostgresUp = false
      await postgres.kill()
    },
    async recover() {
      if (!isPostgresUp) await postgres.startAgain()
      isPostgresUp = true
      app ??= await start()
      await untilHealthy(app, appUrl)
    },
  }
}

async function untilHealthy(app: AppProcess, appUrl: string): Promise<void> {
  await waitUntil({
    for: 'the app to be healthy again',
    timeoutMs: HEALTHY_WITHIN_MS,
    async check() {
      if (app.hasEnded) throw new PlainFailure('The app ended, and nobody had killed it.')
      return (await fetch(`${appUrl}/healthz`).catch(() => null))?.ok ? true : undefined
    },
  })
}

/**
 * Below those that systems give to outgoing connections (from 32768 on Linux): while nobody listens at it, one that
 * tries to connect to it must not be given the port itself, nor keep it from us.
 */
const quietPort = () => findPort(randomInt(15_000, 30_000))

/** Commits are confirmed up to ten seconds before they are written: a crash of PostgreSQL loses them. */
async function forgetWhatIsConfirmed(client: pg.Client): Promise<void> {
  for (const setting of ["synchronous_commit = 'off'", "wal_writer_delay = '10s'", "wal_writer_flush_after = '1GB'"]) {
    await client.query(`alter system set ${setting}`)
  }
  await client.query('select pg_reload_conf()')
}
