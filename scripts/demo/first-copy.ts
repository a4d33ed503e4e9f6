import type { Client } from 'pg'
import { PlainFailure } from '../plain-failure.mjs'
import { describeRuns } from './runs.ts'
import type { Stage } from './stage.ts'
import { waitUntil } from './wait-until.ts'

const copyTimeoutMs = 150_000
const resources = ['products', 'customers', 'orders', 'checkouts']
/** The admin opens the app in a person's browser; Shopify's library turns programs away. */
const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36'

/**
 * Opens the app as the admin does. The first time this is the install: the app trades the token in the address for one
 * of its own.
 *
 * @throws {PlainFailure} when the app answers something else than its page
 */
export async function openInAdmin({ appUrl, shop }: Stage): Promise<void> {
  const answer = await fetch(`${appUrl}${shop.appPath()}`, { headers: { 'User-Agent': browser, Accept: 'text/html' } })
  await answer.text()
  if (!answer.ok) throw new PlainFailure(`The app answered ${answer.status} when the admin opened it.`)
}

/** Waits until every resource has been read once from beginning to end. */
export async function firstCopyDone(client: Client): Promise<void> {
  await waitUntil({
    for: 'the first copy of products, customers, orders and checkouts',
    timeoutMs: copyTimeoutMs,
    check: async () => {
      const { rows } = await client.query<{ resource: string }>(
        'select resource from sync_states where backfilled_at is not null',
      )
      return resources.every((name) => rows.some(({ resource }) => resource === name)) || undefined
    },
    explain: () => describeRuns(client),
  })
}
