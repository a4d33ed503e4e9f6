/** Bundled and run by ../pull.ts: pulls the resources named after the shop's id, and prints what it cost. */
import { withRunLock } from '~/db/runs.server'
import { shopById } from '~/db/shops.server'
import { closeDatabase, pool } from '~/db.server'
import { pulledResources } from '~/resources/registry'
import type { PulledName } from '~/resources/resource'
import { createMeter } from '~/shopify/meter'
import { SourceError } from '~/shopify/source-error'
import { sourceOf } from '~/shopify/source.server'
import { readIn } from '~/sync/books'
import { run } from '~/sync/run'
import type { PullResult } from './pull-in-process.ts'

const [shopId = '', ...names] = process.argv.slice(2)
const stopping = new AbortController().signal
const kindOf = (error: unknown) => (error instanceof SourceError ? error.kind : null)

async function pull(domain: string, name: string): Promise<PullResult> {
  const resource = pulledResources[name as PulledName]
  const meter = createMeter()
  const source = sourceOf(domain, stopping, { meter })
  const outcome = await withRunLock(pool, shopId, resource, (runs) =>
    run({ shopId, resource, trigger: 'manual', force: false }, { source, runs, stopping, kindOf }),
  )
  if (outcome?.outcome !== 'succeeded') throw new Error(`${name}: ${JSON.stringify(outcome)}`)
  return { resource: name, records: readIn(outcome.books), ...meter }
}

const shop = await shopById(shopId)
if (shop === null) throw new Error(`there is no shop ${shopId}`)
console.log(JSON.stringify(await Promise.all(names.map((name) => pull(shop.domain, name)))))
await closeDatabase()
