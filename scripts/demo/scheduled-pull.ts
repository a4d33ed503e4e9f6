import type { Client } from 'pg'
import { describeRuns } from './runs.ts'
import type { Stage } from './stage.ts'
import { waitUntil } from './wait-until.ts'

/** Slots every ten seconds, instead of the quarter and half hours of a real installation. */
const demoSchedule = '*/10 * * * * *'
const pullTimeoutMs = 90_000
const clockTimeoutMs = 10_000
const resources = ['products', 'customers', 'orders', 'checkouts']

/**
 * Waits until Shopify's clock has left the second that is going on behind by more than a second: a window ends with the
 * last full one. Returns that second, milliseconds since 1970.
 */
export async function secondOver({ sandbox }: Stage): Promise<number> {
  const secondMs = Math.floor(sandbox.now() / 1000) * 1000
  await waitUntil({
    for: "Shopify's clock to go on",
    timeoutMs: clockTimeoutMs,
    check: async () => sandbox.now() > secondMs + 2_100 || undefined,
  })
  return secondMs
}

/**
 * Starts the app's scheduler as a process of its own and ends it after its first slot, so that there is one scheduled
 * pull; then waits until that one has succeeded for each resource, with a window that ends after `lastChangeMs`, and has
 * looked for records that are gone.
 */
export async function scheduledPull(stage: Stage, client: Client, lastChangeMs: number): Promise<void> {
  const scheduler = await stage.startAnother({ roles: 'scheduler', schedule: demoSchedule })
  const wait = async (what: string, condition: string, values: unknown[]) =>
    waitUntil({
      for: what,
      timeoutMs: pullTimeoutMs,
      check: async () => {
        const { rows } = await client.query<{ resource: string }>(
          `select distinct sync_type as resource from sync_logs where trigger = 'schedule' and ${condition}`,
          values,
        )
        return resources.every((name) => rows.some(({ resource }) => resource === name)) || undefined
      },
      explain: () => describeRuns(client),
    })
  await wait('the schedule to start a pull of each resource', 'true', [])
  await scheduler.stop()
  // Of checkouts Shopify lists only some: there is nothing to count.
  const isComplete = `state = 'succeeded' and window_to > to_timestamp($1) and (sync_type = 'checkouts' or exists (
    select from sync_states
    where sync_states.shop_id = sync_logs.shop_id and resource = sync_type and counted_at >= finished_at))`
  await wait('the scheduled pull', isComplete, [lastChangeMs / 1000])
}
