import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox, SandboxShop } from '../../sandbox/contract.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { startPostgres } from '../embedded-postgres.ts'
import { projectRoot } from '../prisma-command.mjs'
import { type AppOptions, type AppProcess, startApp } from './app-process.ts'
import { buildApp } from './build-in-own-process.ts'
import type { Closers } from './closers.ts'
import { findPort, requirePort } from './find-port.ts'
import type { DemoOptions } from './options.ts'

/** Everything that the demo runs: a database, a Shopify with one shop, and the app between them. */
export interface Stage {
  sandbox: Sandbox
  shop: SandboxShop
  app: AppProcess
  appUrl: string
  databaseUrl: string
  logFile: string
  /** Another process of the app, on the same database. */
  startAnother(options: { roles: string; schedule?: string }): Promise<AppProcess>
}

const shopDomain = 'demo.myshopify.com'
const usualAppPort = 3000
/** Shopify grants the last one on request: without it an app sees the orders of sixty days. */
const granted = ['read_customers', 'read_customer_merge', 'read_orders', 'read_products', 'read_all_orders']
const usualSandboxPort = 4000

/**
 * Starts it all, with a database that is thrown away at the end. What was started is left to `closers` at once, so that
 * it can be ended also before this has finished.
 *
 * @throws {PlainFailure} when something cannot be had
 */
export async function openStage(options: DemoOptions & { roles: string }, closers: Closers): Promise<Stage> {
  await buildApp()
  const databaseUrl = await openDatabase(closers)
  const appPort = options.port === null ? await findPort(usualAppPort) : await requirePort(options.port)
  const credentials = { apiKey: randomBytes(16).toString('hex'), apiSecret: randomBytes(16).toString('hex') }
  const appUrl = `http://127.0.0.1:${appPort}`
  const sandbox = await startSandbox({
    ...credentials,
    port: await findPort(usualSandboxPort),
    appUrl,
    scopes: granted,
  })
  await closers.add(() => sandbox.close())
  const shop = sandbox.createShop({ domain: shopDomain, plan: 'enterprise', ...options })
  const logFile = join(projectRoot, '.data', 'demo', `app-${appPort}.log`)
  rmSync(logFile, { force: true })

  const start = async (own: Pick<AppOptions, 'roles' | 'schedule'>) => {
    const app = await startApp({ databaseUrl, sandbox, ...credentials, appUrl, logFile, ...own })
    await closers.add(() => app.stop())
    return app
  }
  const app = await start({ roles: options.roles })
  return { sandbox, shop, app, appUrl, databaseUrl, logFile, startAnother: start }
}

async function openDatabase(closers: Closers): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lockstep-demo-'))
  const database = await startPostgres({ dataDir, persistent: false })
  await closers.add(async () => {
    await database.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return database.url
}
