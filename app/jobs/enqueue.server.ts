import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Db } from 'pg-boss'
import { pool } from '~/db.server'
import type { Statements } from '~/db/statements'
import { missingFirstCopies } from '~/db/sync-state.server'
import type { WaitingWork } from '~/db/waiting-work.server'
import { isPulledName, PULLED_NAMES, type PulledName, type ResourceName } from '~/resources/resource'
import type { Trigger } from '~/sync/ports'
import type { Range } from '~/sync/window'
import type { SubscriptionAction } from '~/webhooks/subscriptions/plan'
import { makeDue, nextDueAt } from '~/webhooks/waiting-work.server'
import type { Pass } from '~/webhooks/health/roll-up.server'
import { boss } from './boss.server'
import { catalogue, type JobName, type Payload } from './catalogue'

export type RunQueue = 'sync' | 'first-copy'

/** Somebody waits for what was asked for by hand, and a new shop has nothing yet; larger comes first. */
const PRIORITIES: Readonly<Record<Trigger, number>> = { manual: 20, install: 10, schedule: 0, 'catch-up': 0 }

/** As many jobs as travel in one statement. */
const JOBS_AT_ONCE = 1_000

/** True when a job was made; false when one like it waits already. */
async function enqueue<Name extends JobName>(
  name: Name,
  payload: Payload<Name>,
  { db, priority, startAfter }: { db?: Statements; priority?: number; startAfter?: Date } = {},
): Promise<boolean> {
  const singletonKey = (catalogue[name].singletonKey as (payload: Payload<Name>) => string)(payload)
  const queue = await boss()
  const id = await queue.send(name, payload, {
    ...alike(singletonKey),
    ...(priority === undefined ? {} : { priority }),
    ...(startAfter === undefined ? {} : { startAfter }),
    ...(db === undefined ? {} : { db: within(db) }),
  })
  return id !== null
}

/**
 * The queues' policy keeps two jobs of one key from being at work at once, by a unique index: a worker that comes across the
 * second gets nothing at all, and whatever waits behind it, of any shop, waits with it. A group's jobs are passed by
 * instead, while one of it is at work (`groupConcurrency` in worker.server.ts).
 */
const alike = (singletonKey: string) => ({ singletonKey, group: { id: singletonKey } })

/** Makes pg-boss's statements part of the caller's transaction. */
const within = (db: Statements): Db => ({
  executeSql: (text, values) => db.query(text, values),
})

/**
 * Asks for a run, now or in so many seconds. One that waits already, perhaps put off, waits no longer than that; what it is
 * to do stays as it is, unless all is to be read again. True when a job was made.
 */
async function enqueueRun(name: RunQueue, payload: Payload<RunQueue>, afterSeconds = 0): Promise<boolean> {
  const priority = PRIORITIES[payload.trigger]
  const startAfter = new Date(Date.now() + afterSeconds * 1000)
  if (await enqueue(name, payload, { priority, startAfter })) return true
  const singletonKey = catalogue[name].singletonKey(payload)
  const queue = await boss()
  await queue.update(name, payload.force ? payload : undefined, { singletonKey, priority, startAfter })
  return false
}

/**
 * Asks for runs. Returns how many jobs were newly queued: a resource that has one waiting gets no second, and one that
 * Shopify does not list gets none.
 */
export async function enqueueSync(
  shopId: string,
  wanted: ResourceName | readonly ResourceName[] | 'all',
  { trigger, force = false }: { trigger: Trigger; force?: boolean },
): Promise<number> {
  const names = wanted === 'all' ? PULLED_NAMES : typeof wanted === 'string' ? [wanted] : wanted
  if (names.length === 0) return 0
  const missing = new Set<string>(await missingFirstCopies(shopId))
  let queued = 0
  for (const resource of names.filter(isPulledName)) {
    const queue = force || missing.has(resource) ? 'first-copy' : 'sync'
    if (await enqueueRun(queue, { shopId, resource, trigger, force })) queued += 1
  }
  return queued
}

/**
 * Asks to have read again what was created in the range. Returns how many jobs were newly queued: ranges do not replace
 * each other, and one that waits already gets no second.
 */
export async function enqueueRange(
  shopId: string,
  wanted: PulledName | 'all',
  { trigger, range }: { trigger: Trigger; range: Range },
): Promise<number> {
  let queued = 0
  for (const resource of wanted === 'all' ? PULLED_NAMES : [wanted]) {
    if (await enqueueRun('first-copy', { shopId, resource, trigger, force: false, range })) queued += 1
  }
  return queued
}

/** Asks for the rest of a run that ended before its work did, in so many seconds. */
export function enqueueRest(queue: RunQueue, payload: Payload<RunQueue>, afterSeconds = 0): Promise<boolean> {
  return enqueueRun(queue, payload, afterSeconds)
}

/** Asks for a reconciliation, now or in so many seconds. False when one waits already. */
export function enqueueReconcile(
  shopId: string,
  resource: PulledName,
  { trigger, deep = false, afterSeconds = 0 }: { trigger: Trigger; deep?: boolean; afterSeconds?: number },
): Promise<boolean> {
  const startAfter = new Date(Date.now() + afterSeconds * 1000)
  return enqueue('reconcile', { shopId, resource, deep, trigger }, { startAfter })
}

/**
 * Has work that was put off done now. What is at work already looks by itself; to ask for it once more would have it done
 * twice.
 */
export async function bringForward(
  shopId: string,
  { work, ...rest }: WaitingWork,
  { db }: { db: PoolClient },
): Promise<void> {
  const key = { shopId, ...rest }
  const { 'first-copy': firstCopy, sync, reconcile } = catalogue
  // A run of everything waits as a first copy, or else as the pull that came across its operation.
  const ofRun = [
    ['first-copy', firstCopy.singletonKey(key)],
    ['sync', sync.singletonKey(key)],
  ] as const
  const ofReconcile = [false, true].map((deep) => ['reconcile', reconcile.singletonKey({ ...key, deep })] as const)
  const queue = await boss()
  for (const [name, singletonKey] of work === 'run' ? ofRun : ofReconcile) {
    const { updated } = await queue.update(name, undefined, { singletonKey, startAfter: new Date(), db: within(db) })
    if (updated > 0 || key.range !== undefined) return
  }
}

/**
 * Asks for the deliveries of the shop that wait to be applied: now, or at the latest `at`. A job that waits already for a
 * later time is brought forward, unless a worker is just taking it. True when a job was made.
 */
export async function enqueueApplyPending(
  shopId: string,
  { db, at }: { db?: Statements; at?: Date } = {},
): Promise<boolean> {
  const options = { ...(db && { db }), ...(at && { startAfter: at }) }
  if (await enqueue('apply-pending', { shopId }, options)) return true
  // pg-boss's own update writes the row each time, and transactions of the inbox would wait for each other.
  const connection: Pick<Statements, 'query'> = db ?? pool
  await connection.query(
    `update pgboss.job set start_after = coalesce($2::timestamptz, now())
     where name = 'apply-pending' and id in (
       select id from pgboss.job
       where name = 'apply-pending' and singleton_key = $1 and state in ('created', 'retry')
         and start_after > coalesce($2::timestamptz, now())
       for update skip locked
     )`,
    [catalogue['apply-pending'].singletonKey({ shopId }), at ?? null],
  )
  return false
}

/** Shopify can be read again: what waited for that is tried at once. */
export async function enqueueAllPending(shopId: string): Promise<void> {
  await makeDue(pool, shopId)
  if ((await nextDueAt(pool, shopId)) !== null) await enqueueApplyPending(shopId)
}

/** Asks to have the shop's webhook subscriptions brought to what should be. False when the same waits already. */
export function enqueueSubscriptions(shopId: string, action: SubscriptionAction): Promise<boolean> {
  return enqueue('webhook-subscriptions', { shopId, action })
}

/** Asks to have an export put together. False when it waits already. */
export function enqueueDataExport(
  shopId: string,
  exportId: string,
  options: { db?: PoolClient } = {},
): Promise<boolean> {
  return enqueue('data-export', { shopId, exportId }, options)
}

/** Asks for the day's cleanup. The same slot is enqueued once only, however many processes ask. */
export async function enqueueCleanup(at: Date): Promise<void> {
  const queue = await boss()
  await queue.insert('cleanup', [
    { id: uuidOf(`cleanup ${at.toISOString()}`), data: {}, ...alike(catalogue.cleanup.singletonKey()) },
  ])
}

/** Asks for a count of deliveries. The same slot is enqueued once only, however many processes ask. */
export async function enqueueWebhookRollup(pass: Pass, at: Date): Promise<void> {
  const queue = await boss()
  const data = { pass } satisfies Payload<'webhook-rollup'>
  const id = uuidOf(`webhook-rollup ${pass} ${at.toISOString()}`)
  await queue.insert('webhook-rollup', [{ id, data, ...alike(catalogue['webhook-rollup'].singletonKey(data)) }])
}

export interface SlotShop {
  shopId: string
  /** Its first copy of the resource is complete. */
  isCopied: boolean
}

export interface Slot {
  resource: PulledName
  at: Date
  /** Milliseconds over which the shops are spread: each has its place, and keeps it from slot to slot. */
  spreadMs: number
  trigger: Extract<Trigger, 'schedule' | 'catch-up'>
}

/**
 * Asks for a run of each shop at its place in the slot. The same slot is enqueued once only, however many processes ask,
 * and however often: its jobs have ids that follow from it. A shop that has a job waiting gets no second.
 */
export async function enqueueSlot(slot: Slot, shops: readonly SlotShop[]): Promise<void> {
  const queue = await boss()
  for (const [name, group] of Map.groupBy(shops, ({ isCopied }): RunQueue => (isCopied ? 'sync' : 'first-copy'))) {
    for (let start = 0; start < group.length; start += JOBS_AT_ONCE) {
      const jobs = group.slice(start, start + JOBS_AT_ONCE).map(({ shopId }) => jobOfSlot(slot, shopId))
      await queue.insert(name, jobs)
    }
  }
}

function jobOfSlot({ resource, at, spreadMs, trigger }: Slot, shopId: string) {
  const data = { shopId, resource, trigger, force: false } satisfies Payload<'sync'>
  const singletonKey = catalogue.sync.singletonKey(data)
  return {
    id: uuidOf(`run ${singletonKey} ${at.toISOString()}`),
    data,
    ...alike(singletonKey),
    priority: PRIORITIES[trigger],
    startAfter: new Date(at.getTime() + Math.floor(placeOf(singletonKey) * spreadMs)),
  }
}

/** Asks for a reconciliation of each shop at its place in the slot; the same slot is enqueued once only. */
export async function enqueueReconcileSlot(
  { resource, at, spreadMs, deep }: Omit<Slot, 'trigger'> & { deep: boolean },
  shops: readonly Pick<SlotShop, 'shopId'>[],
): Promise<void> {
  const queue = await boss()
  for (let start = 0; start < shops.length; start += JOBS_AT_ONCE) {
    const jobs = shops.slice(start, start + JOBS_AT_ONCE).map(({ shopId }) => {
      const data = { shopId, resource, deep, trigger: 'schedule' } satisfies Payload<'reconcile'>
      const singletonKey = catalogue.reconcile.singletonKey(data)
      const startAfter = new Date(at.getTime() + Math.floor(placeOf(singletonKey) * spreadMs))
      return { id: uuidOf(`reconcile ${singletonKey} ${at.toISOString()}`), data, ...alike(singletonKey), startAfter }
    })
    await queue.insert('reconcile', jobs)
  }
}

/** From 0 up to 1, always the same for the same text. */
export const placeOf = (text: string) => Number.parseInt(hash('sha256', text).slice(0, 8), 16) / 2 ** 32

/** A UUID (version 8, of our own making) that is the same for the same text. */
function uuidOf(text: string): string {
  const digits = hash('sha256', text).slice(0, 32).split('')
  digits[12] = '8'
  digits[16] = 'a'
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
