/** Keeps webhook_rollups in step with the deliveries: see app/webhooks/health/count-deliveries.server.ts. */
import { setTimeout } from 'node:timers/promises'
import type { Pool } from 'pg'
import { countDeliveries, countUnsettled, type HourSpan } from './count-deliveries.server'
import { countLosses } from './count-losses.server'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** `recent`: the present hour and the one before it. `settled`: whatever may have changed since, and losses. */
export type Pass = 'recent' | 'settled'

/**
 * So long Shopify may send again what came in, and what is applied may turn out to be old. What has waited or is replayed
 * for longer than that is counted by `countUnsettled`.
 */
const SETTLES_WITHIN_MS = 48 * HOUR_MS
/** So late a delivery may be and is no loss. */
const LOST_AFTER_MS = 15 * MINUTE_MS

const startOfHour = (ms: number) => new Date(Math.floor(ms / HOUR_MS) * HOUR_MS)
/** A delivery that another process received by a clock that is ahead counts in its own hour. */
const hourAfter = (now: Date) => startOfHour(now.getTime() + HOUR_MS)
/** Back to what is wanted, or to where the last pass ended, but not behind what is kept. */
const since = (wanted: number, countedTo: number, keptSince: Date) =>
  startOfHour(Math.max(Math.min(wanted, countedTo), keptSince.getTime()))

/**
 * One pass over all shops. It reaches back to where the last one ended, however long ago that was, and the first of all to
 * the oldest delivery that is kept. `keepDays`: of deliveries.
 */
export async function rollUp(
  pool: Pool,
  pass: Pass,
  { now, keepDays }: { now: Date; keepDays: number },
): Promise<void> {
  const keptSince = startOfHour(now.getTime() - keepDays * DAY_MS)
  const settledSince = now.getTime() - SETTLES_WITHIN_MS
  const progress = await readProgress(pool)

  // A settled pass ends with the losses, and recent ones that ran without it have left alone what is older than they are.
  const lastSettled = (progress.losses ?? 0) - SETTLES_WITHIN_MS
  const wanted = pass === 'recent' ? now.getTime() - HOUR_MS : Math.min(settledSince, lastSettled)
  const from = since(wanted, progress.deliveries ?? 0, keptSince)
  await count(pool, { keptSince, from, to: hourAfter(now) }, null)
  await noteProgress(pool, 'deliveries', now)
  if (pass === 'recent') return

  const settledTo = startOfHour(now.getTime() - LOST_AFTER_MS)
  const span = { from: since(settledSince, progress.losses ?? settledSince, keptSince), to: settledTo }
  await countLosses(pool, span, keptSince)
  await noteProgress(pool, 'losses', settledTo)
  await forgetErasedShops(pool, span.from)
}

/** A recent pass over one shop alone, for somebody who will not wait for the next one. */
export async function refreshRollups(
  pool: Pool,
  shopId: string,
  { now, keepDays }: { now: Date; keepDays: number },
): Promise<void> {
  const keptSince = startOfHour(now.getTime() - keepDays * DAY_MS)
  const { deliveries = 0 } = await readProgress(pool)
  const from = since(now.getTime() - HOUR_MS, deliveries, keptSince)
  await count(pool, { keptSince, from, to: hourAfter(now) }, shopId)
}

/** The span, and what has been settled before it: deliveries wait for days, and are replayed while they have a body. */
async function count(pool: Pool, { keptSince, ...span }: HourSpan & { keptSince: Date }, shopId: string | null) {
  await countUnsettled(pool, { from: keptSince, to: span.from }, shopId)
  if (shopId !== null) await countDeliveries(pool, span, shopId)
  else await countEachShop(pool, span)
}

/** With a rest after each that is as long as it took: in one go, the deliveries of a busy hour wait for theirs to be counted. */
async function countEachShop(pool: Pool, span: HourSpan): Promise<void> {
  for (const shopId of await shopsWithDeliveries(pool, span)) {
    const begunMs = performance.now()
    await countDeliveries(pool, span, shopId)
    await setTimeout(performance.now() - begunMs)
  }
}

async function shopsWithDeliveries(pool: Pool, { from, to }: HourSpan): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from shops
     cross join lateral (
       select from webhook_deliveries where shop_id = shops.id and received_at >= $1 and received_at < $2 limit 1
     ) as received
     order by id`,
    [from, to],
  )
  return rows.map(({ id }) => id)
}

type Figure = 'deliveries' | 'losses'

async function readProgress(pool: Pool): Promise<Partial<Record<Figure, number>>> {
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
