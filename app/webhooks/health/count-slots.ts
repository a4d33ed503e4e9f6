/** When deliveries are counted. */
import { createTask } from 'node-cron'

const MINUTE_MS = 60_000

/** Of the settled pass: when an hour has been past for long enough to tell what was lost in it. */
export const SETTLED_PASS = '16 * * * *'

/**
 * The first minute after `since` in which a pass begins. `recentPass`: the cron expression of the other one, which may rest
 * for days; there is a settled one every hour.
 */
export function nextCountAfter(since: Date, recentPass: string): Date {
  const passes = [recentPass, SETTLED_PASS].map((expression) =>
    createTask(expression, () => undefined, { timezone: 'UTC' }),
  )
  let slot = since
  do slot = new Date((Math.floor(slot.getTime() / MINUTE_MS) + 1) * MINUTE_MS)
  while (!passes.some((pass) => pass.match(slot)))
  for (const pass of passes) void pass.destroy()
  return slot
}
