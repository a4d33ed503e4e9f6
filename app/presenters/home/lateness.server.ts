import { createTask } from 'node-cron'
import { env } from '~/env.server'
import { isPulledName, type PulledName, type ResourceName } from '~/resources/resource'

/** Time that a run may take before its slot counts as missed. */
const GRACE_MS = 10 * 60_000
/** Enough slots to see the widest gap of a schedule that rests at night or at weekends. */
const SLOTS_LOOKED_AT = 200

const schedules: Readonly<Record<PulledName, string>> = {
  products: env.SCHEDULE_PRODUCTS,
  customers: env.SCHEDULE_CUSTOMERS,
  orders: env.SCHEDULE_ORDERS,
  checkouts: env.SCHEDULE_CHECKOUTS,
}

const known = new Map<string, number>()

/**
 * How old a resource's copy, in milliseconds, can be while its schedule is kept; older means that runs are missing. What
 * is not pulled is never late.
 */
export function lateAfterMs(resource: ResourceName): number {
  if (!isPulledName(resource)) return Infinity
  const schedule = schedules[resource]
  const late = known.get(schedule) ?? widestGapMs(schedule) + GRACE_MS
  known.set(schedule, late)
  return late
}

/** The longest time between two slots of a cron expression. */
export function widestGapMs(schedule: string): number {
  const task = createTask(schedule, () => undefined)
  const slots = task.getNextRuns(SLOTS_LOOKED_AT).map((slot) => slot.getTime())
  void task.destroy()
  return Math.max(...slots.slice(1).map((slot, index) => slot - (slots[index] ?? slot)))
}
