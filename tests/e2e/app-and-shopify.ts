import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Sandbox, SandboxShop } from '../../sandbox/contract.ts'
import { startSandbox } from '../../sandbox/server.ts'
import { startApp } from '../../scripts/demo/app-process.ts'
import { createClosers } from '../../scripts/demo/closers.ts'
import { findPort } from '../../scripts/demo/find-port.ts'
import { projectRoot } from '../../scripts/prisma-command.mjs'
import { createBrowserTestDatabase } from '../setup/playwright-server.ts'

/** The built app as in production, a Shopify, and a look into the database. */
export interface AppAndShopify {
  sandbox: Sandbox
  database: pg.Client
  /** A small shop of its own for a test. It does not have the app yet. */
  createShop(name: string, sizes?: Partial<typeof usualSizes>): SandboxShop
  close(): Promise<void>
}

export const usualSizes = { products: 30, customers: 50, orders: 80 }
const seed = 5

export async function startAppAndShopify(): Promise<AppAndShopify> {
  const closers = createClosers()
  try {
    const databaseUrl = await createBrowserTestDatabase()
    const database = new pg.Client({ connectionString: databaseUrl })
    await database.connect()
    await closers.add(() => database.end())
    const credentials = { apiKey: randomBytes(16).toString('hex'), apiSecret: randomBytes(16).toString('hex') }
    const appUrl = `http://127.0.0.1:${await findPort(0)}`
    const sandbox = await startSandbox({ ...credentials, port: 0, appUrl })
    await closers.add(() => sandbox.close())
    const app = await startApp({
      ...credentials,
      databaseUrl,
      sandbox,
      appUrl,
      roles: 'web,worker,scheduler',
      logFile: `${projectRoot}/test-results/app.log`,
    })
    await closers.add(() => app.stop())
    return {
      sandbox,
      database,
      createShop: (name, sizes = {}) =>
        sandbox.createShop({ domain: `${name}.myshopify.com`, seed, plan: 'enterprise', ...usualSizes, ...sizes }),
      close: () => closers.closeAll(),
    }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}
