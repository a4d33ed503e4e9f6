/** Keeps webhook_rollups in step with the deliveries: see app/webhooks/health/count-deliveries.server.ts. */
import type { Pool } from 'pg'
import { countDeliveries, countUnsettled, type Counting, type HourSpan } from './count-deliveries.server'
import { countLosses } from './count-losses.server'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * `recent`: the present hour, and the one before while some of it may not be stored yet. `settled`: whatever may have changed since,
 * and losses.
 */
export type Pass = 'recent' | 'settled'

/**
 * So long Shopify may send again what came in, and what is applied may turn out to be old. What has waited or is replayed
 * for longer than that is counted by `countUnsettled`.
 */
const SETTLES_WITHIN_MS = 48 * HOUR_MS
/** So long a delivery may take from when it is received until it is stored. What is later, behind long erasures, a settled pass counts. */
const STORED_WITHIN_MS = 15 * MINUTE_MS
/** So late a delivery may be and is no loss. */
const LOST_AFTER_MS = 15 * MINUTE_MS

/** Of what all of it takes, two thirds are the inbox's. */
const RESTS = 2

const startOfHour = (ms: number) => new Date(Math.floor(ms / HOUR_MS) * HOUR_MS)
/** A delivery that another process received by a clock that is ahead counts in its own hour. */
const hourAfter = (now: Date) => startOfHour(now.getTime() + HOUR_MS)
/** Back to what is wanted, or to what the last pass left, but not behind what is kept. */
const since = (wanted: number, left: number, keptSince: Date) =>
  startOfHour(Math.max(Math.min(wanted, left), keptSince.getTime()))

interface Moment {
  now: Date
  /** Of deliveries. */
  keepDays: number
}

/**
 * One pass over all shops. It reaches back to where the last one ended, however long ago that was, and the first of all to
 * the oldest delivery that is kept. Returns whether it came to its end.
 */
export async function rollUp(
  pool: Pool,
  pass: Pass,
  { now, keepDays }: Moment,
  stopping?: AbortSignal,
): Promise<boolean> {
  const keptSince = startOfHour(now.getTime() - keepDays * DAY_MS)
  const settledSince = now.getTime() - SETTLES_WITHIN_MS
  const progress = await readProgress(pool)

  // A settled pass ends with the losses, and recent ones that ran without it have left alone what is older than they are.
  const lastSettled = (progress.losses ?? 0) - SETTLES_WITHIN_MS
  const unstored = unstoredAt(now, progress)
  const from = since(pass === 'recent' ? now.getTime() : Math.min(settledSince, lastSettled), unstored, keptSince)
  const counting: Counting = { pool, shopId: null, rests: RESTS, stopping }
  if (!(await count(counting, { keptSince, from, to: hourAfter(now) }))) return false
  await noteProgress(pool, 'deliveries', now)
  if (pass === 'recent') return true

  const settledTo = startOfHour(now.getTime() - LOST_AFTER_MS)
  const span = { from: since(settledSince, progress.losses ?? settledSince, keptSince), to: settledTo }
  await countLosses(pool, span, keptSince)
  await noteProgress(pool, 'losses', settledTo)
  await forgetErasedShops(pool, span.from)
  return true
}

/** A recent pass over one shop alone, for somebody who will not wait for the next one. */
export async function refreshRollups(pool: Pool, shopId: string, { now, keepDays }: Moment): Promise<void> {
  const keptSince = startOfHour(now.getTime() - keepDays * DAY_MS)
  const from = since(now.getTime(), unstoredAt(now, await readProgress(pool)), keptSince)
  await count({ pool, shopId, rests: 0 }, { keptSince, from, to: hourAfter(now) })
}

/** Since when deliveries may not have been stored yet when they were counted last. */
const unstoredAt = (now: Date, { deliveries = 0 }: Progress) => Math.min(now.getTime(), deliveries) - STORED_WITHIN_MS

/** The span, and what has been settled before it: deliveries wait for days, and are replayed while they have a body. */
async function count(counting: Counting, { keptSince, ...span }: HourSpan & { keptSince: Date }): Promise<boolean> {
  const isSettled = await countUnsettled(counting, { from: keptSince, to: span.from })
  return isSettled && countDeliveries(counting, span)
}

type Figure = 'deliveries' | 'losses'
type Progress = Partial<Record<Figure, number>>

async function readProgress(pool: Pool): Promise<Progress> {
  const { rows } = await pool.query<{ figure: Figure; countedTo: Date }>(
    'select figure, counted_to as "countedTo" from webhook_rollup_progress',
  )
  return Object.fromEntries(rows.map(({ figure, countedTo }) => [figure, countedTo.getTime()]))
}

async function noteProgress(pool: Pool, figure: Figure, countedTo: Date): Promise<void> {
  await pool.query(
    `insert into webhook_rollup_progress as known (figure, counted_to) values ($1, $2)
     on conflict (figure) do update set counted_to = excluded.counted_to where excluded.counted_to > known.counted_to`,
    [figure, countedTo],
  )
}

/** A shop may have been erased while its deliveries were being counted. */
async function forgetErasedShops(pool: Pool, from: Date): Promise<void> {
  await pool.query(
    `delete from webhook_rollups as rollup
     where hour >= $1 and not exists (select from shops where shops.id = rollup.shop_id)`,
    [from],
  )
}
