/** node-cron says when; what it does is enqueue. That a slot runs once is the job's doing, however many processes tick. */
import { schedule, type TaskContext } from 'node-cron'
import { scheduledShopIds } from '~/db/shops.server'
import { env } from '~/env.server'
import { log } from '~/log.server'
import type { PulledName } from '~/resources/resource'
import { enqueueSync } from './enqueue.server'

export const schedules: Readonly<Record<PulledName, string>> = {
  products: env.SCHEDULE_PRODUCTS,
  customers: env.SCHEDULE_CUSTOMERS,
  orders: env.SCHEDULE_ORDERS,
  checkouts: env.SCHEDULE_CHECKOUTS,
}

export function startScheduler(): { stop(): Promise<void> } {
  const tasks = Object.entries(schedules).map(([resource, expression]) =>
    schedule(expression, ({ date }: TaskContext) => tick(resource as PulledName, date), {
      name: `sync ${resource}`,
      timezone: 'UTC',
    }),
  )
  return {
    async stop() {
      for (const task of tasks) await task.destroy()
    },
  }
}

/** Asks for a run of every shop that has the app and may be read. An error is logged: the next tick, or another process, makes up for it. */
async function tick(resource: PulledName, at: Date): Promise<void> {
  const slot = new Date(Math.floor(at.getTime() / 1000) * 1000).toISOString()
  try {
    for (const id of await scheduledShopIds()) await enqueueSync(id, resource, { trigger: 'schedule', slot })
  } catch (err) {
    log.error({ resource, slot, err }, 'a scheduled slot could not be enqueued')
  }
}
