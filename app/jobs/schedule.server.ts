/** node-cron says when; what it does is enqueue. That a slot runs once is the job's doing, however many processes tick. */
import { schedule, type ScheduledTask, type TaskContext } from 'node-cron'
import { missedSlot, noteSlot, shopsForSlot, shopsThatMissed } from '~/db/schedule.server'
import { pool } from '~/db.server'
import { env } from '~/env.server'
import { log } from '~/log.server'
import { PULLED_NAMES, type PulledName } from '~/resources/resource'
import { pulledResources } from '~/resources/registry'
import type { Depth } from '~/sync/reconcile'
import { shopsWithOverdue } from '~/webhooks/waiting-work.server'
import { SETTLED_PASS } from '~/webhooks/health/count-slots'
import type { Pass } from '~/webhooks/health/roll-up.server'
import {
  enqueueApplyPending,
  enqueueCleanup,
  enqueueReconcileSlot,
  enqueueSlot,
  enqueueWebhookRollup,
} from './enqueue.server'

export const schedules: Readonly<Record<PulledName, string>> = {
  products: env.SCHEDULE_PRODUCTS,
  customers: env.SCHEDULE_CUSTOMERS,
  orders: env.SCHEDULE_ORDERS,
  checkouts: env.SCHEDULE_CHECKOUTS,
}

const EVERY_MINUTE = '* * * * *'

/** Shops are spread over the time until the next slot, but a schedule that runs at night stays in the night. */
const WIDEST_SPREAD_MS = 60 * 60_000

export function startScheduler(): { stop(): Promise<void> } {
  const tasks: ScheduledTask[] = []
  for (const [resource, expression] of Object.entries(schedules)) {
    const task = schedule(
      expression,
      ({ date }: TaskContext) => tick(resource as PulledName, wholeSecond(date), nextSlot(task, wholeSecond(date))),
      { name: `sync ${resource}`, timezone: 'UTC' },
    )
    tasks.push(task)
  }
  const proofs = { ids: env.SCHEDULE_RECONCILE, fields: env.SCHEDULE_DEEP_RECONCILE }
  for (const [depth, expression] of Object.entries(proofs) as [Depth, string][]) {
    const prove = ({ date }: TaskContext) => tickReconcile(wholeSecond(date), depth)
    tasks.push(schedule(expression, prove, { name: `reconcile ${depth}`, timezone: 'UTC' }))
  }
  const cleanUp = ({ date }: TaskContext) =>
    enqueueCleanup(wholeSecond(date)).catch((err: unknown) => log.error({ err }, 'the cleanup could not be enqueued'))
  tasks.push(schedule(env.SCHEDULE_CLEANUP, cleanUp, { name: 'cleanup', timezone: 'UTC' }))
  tasks.push(schedule(EVERY_MINUTE, () => lookForOverdue(), { name: 'overdue deliveries', timezone: 'UTC' }))
  const passes = { recent: env.SCHEDULE_WEBHOOK_ROLLUP, settled: SETTLED_PASS }
  for (const [pass, expression] of Object.entries(passes) as [Pass, string][]) {
    const count = ({ date }: TaskContext) => tickRollup(pass, wholeSecond(date))
    tasks.push(schedule(expression, count, { name: `webhook-rollup ${pass}`, timezone: 'UTC' }))
  }
  const catchingUp = catchUp(new Date())
  return {
    async stop() {
      for (const task of tasks) await task.destroy()
      await catchingUp
    },
  }
}

const wholeSecond = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000)

function nextSlot(task: ScheduledTask, slot: Date): Date {
  const next = task.getNextRuns(2).find((date) => date.getTime() > slot.getTime())
  if (next === undefined) throw new Error('the schedule has no slot after this one')
  return next
}

/**
 * Asks for a run of every shop that has the app and may be read. An error is logged: another process, or the start of the
 * next one, makes up for it.
 */
export async function tick(resource: PulledName, at: Date, next: Date): Promise<void> {
  try {
    const spreadMs = Math.min(next.getTime() - at.getTime(), WIDEST_SPREAD_MS)
    const shops = await shopsForSlot(resource)
    await enqueueSlot({ resource, at, spreadMs, trigger: 'schedule' }, shops)
    await noteSlot(resource, at, next)
    log.debug({ resource, slot: at, shops: shops.length }, 'slot enqueued')
  } catch (err) {
    log.error({ resource, slot: at, err }, 'a scheduled slot could not be enqueued')
  }
}

/** Asks for a reconciliation of everything that is copied, each shop at its place in the hour. */
export async function tickReconcile(at: Date, depth: Depth): Promise<void> {
  for (const { name, bulk } of Object.values(pulledResources)) {
    if (bulk === null) continue
    try {
      const shops = (await shopsForSlot(name)).filter(({ isCopied }) => isCopied)
      const slot = { resource: name, at, spreadMs: WIDEST_SPREAD_MS, deep: depth === 'fields' }
      await enqueueReconcileSlot(slot, shops)
    } catch (err) {
      log.error({ resource: name, slot: at, err }, 'a reconciliation could not be enqueued')
    }
  }
}

/**
 * Asks for what has been due for a while and nobody applied: a job may be taken just before the transaction commits that
 * counted on it. Any number of processes may ask.
 */
export async function lookForOverdue(): Promise<void> {
  try {
    for (const shopId of await shopsWithOverdue(pool)) await enqueueApplyPending(shopId)
  } catch (err) {
    log.error({ err }, 'deliveries that are overdue could not be looked for')
  }
}

/** Asks for a count of deliveries. An error is logged: the next slot makes up for it. */
export async function tickRollup(pass: Pass, at: Date): Promise<void> {
  await enqueueWebhookRollup(pass, at).catch((err: unknown) =>
    log.error({ pass, slot: at, err }, 'a count of deliveries could not be enqueued'),
  )
}

/** A slot that came while no scheduler ran is made up for at once, by one run that reads all of the gap. */
export async function catchUp(now: Date): Promise<void> {
  for (const resource of PULLED_NAMES) {
    try {
      const at = await missedSlot(resource, now)
      if (at === null) continue
      const shops = await shopsThatMissed(resource, at)
      await enqueueSlot({ resource, at, spreadMs: 0, trigger: 'catch-up' }, shops)
      log.info({ resource, slot: at, shops: shops.length }, 'a slot was missed and is caught up')
    } catch (err) {
      log.error({ resource, err }, 'a missed slot could not be caught up')
    }
  }
}
