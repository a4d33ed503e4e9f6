import pg from 'pg'
import { seededRandom } from '../../sandbox/random.ts'
import { compareShop, type Comparison } from '../compare/compare-shop.ts'
import { comparisonLines } from '../compare/print-comparison.ts'
import { announcedChanges, deliveriesApplied } from './announced-changes.ts'
import type { Closers } from './closers.ts'
import { firstCopyDone, openInAdmin } from './first-copy.ts'
import type { DemoOptions } from './options.ts'
import { createProgress, figure } from './progress.ts'
import { scheduledPull, secondOver } from './scheduled-pull.ts'
import { openStage } from './stage.ts'

const announced = 500
const unannounced = 200

/**
 * The whole job without a person, and whether the copy is the shop at its end.
 *
 * @throws {PlainFailure} when a step does not come to its end
 */
export async function runOnce(options: DemoOptions, closers: Closers): Promise<boolean> {
  const tell = createProgress()
  const random = seededRandom(options.seed)
  tell(`Starting PostgreSQL, a stand-in for Shopify (seed ${options.seed}) and the app …`)
  // The scheduler comes later: pulls in between would hide what webhooks got wrong.
  const stage = await openStage({ ...options, roles: 'web,worker' }, closers)
  const { shop } = stage
  const client = new pg.Client({ connectionString: stage.databaseUrl })
  await client.connect()
  await closers.add(() => client.end())
  tell('Installing: the admin opens the app, which exchanges the session token for its own …')
  await openInAdmin(stage)
  tell('First copy …')
  await firstCopyDone(client)
  const { products, customers, orders } = shop.store
  tell(`  ${figure(products.size)} products, ${figure(customers.size)} customers, ${figure(orders.size)} orders copied`)
  tell(`  ${inShort(await compareShop(client, shop.store))}`)

  tell(`${announced} changes with webhooks …`)
  const { deliveries, repeated, outOfOrder } = await announcedChanges(stage, announced, random)
  await deliveriesApplied(client)
  tell(`  ${figure(deliveries)} webhooks answered 200, of which ${repeated} repeated and ${outOfOrder} out of order`)
  // Now, because the pull would mend what webhooks had got wrong.
  const byWebhooks = await compareShop(client, shop.store, { beforePull: true })
  tell(`  ${inShort(byWebhooks)}`)
  if (!byWebhooks.isInLockstep) show(byWebhooks)

  tell(`${unannounced} changes whose webhooks are lost …`)
  shop.webhooks.enabled = false
  for (let made = 0; made < unannounced; made++) shop.apply(shop.randomChange(random))
  const lastChangeMs = await secondOver(stage)
  tell(`  ${inShort(await compareShop(client, shop.store, { beforePull: true }))}`)

  tell('One scheduled pull …')
  await scheduledPull(stage, client, lastChangeMs)
  tell('  all resources pulled')
  tell('Comparing every field of every row with the shop …')
  const atTheEnd = await compareShop(client, shop.store)
  show(atTheEnd)
  if (!byWebhooks.isInLockstep)
    console.log('The webhooks had left the copy wrong (the table above), before the pull.\n')
  return byWebhooks.isInLockstep && atTheEnd.isInLockstep
}

function show(comparison: Comparison): void {
  console.log(`\n${comparisonLines(comparison).join('\n')}\n`)
}

/** How far the copy is from the shop. Webhooks carry most fields; a row is partial until a pull brings the rest. */
function inShort({ tables }: Comparison): string {
  const sum = (kind: 'missing' | 'extra' | 'different' | 'partial') =>
    figure(tables.reduce((total, table) => total + table[kind], 0))
  const wrong = `rows: ${sum('missing')} missing, ${sum('extra')} extra, ${sum('different')} different`
  return sum('partial') === '0'
    ? wrong
    : `${wrong}; ${sum('partial')} wait for a pull to bring what webhooks do not carry`
}
