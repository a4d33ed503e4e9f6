import type { Closers } from './closers.ts'
import type { DemoOptions } from './options.ts'
import { PlainFailure } from '../plain-failure.mjs'
import { figure } from './progress.ts'
import { openStage } from './stage.ts'

/**
 * Starts everything, says where to look and goes on until it is told to stop.
 *
 * @throws {PlainFailure} when the app does not start, or ends by itself
 */
export async function runInteractive(options: DemoOptions, closers: Closers): Promise<void> {
  console.log('Starting PostgreSQL, a stand-in for Shopify and the app …')
  const { sandbox, shop, app, databaseUrl, logFile } = await openStage(
    { ...options, roles: 'web,worker,scheduler' },
    closers,
  )
  const { products, customers, orders } = shop.store
  console.log(`
Lockstep runs, beside a Shopify that exists only on this machine. Its shop has ${figure(products.size)} products,
${figure(customers.size)} customers and ${figure(orders.size)} orders, all made up.

  Open the app in the admin   ${sandbox.adminUrl(shop.domain)}
  Change the shop's data      ${sandbox.shopUrl(shop.domain)}

The first address installs the app: watch the counts climb. Then edit a product at the second, and watch the first.

  The copy, for SQL           ${databaseUrl}
  What the app says           ${logFile}

Ctrl-C ends everything, and nothing is kept.`)
  await app.ended
  if (!closers.isClosing) throw new PlainFailure(`The app has ended by itself; see ${logFile}.`)
}
