/**
 * One shop's points, shared by all processes: a row of `shop_budgets`, filled from what Shopify last stated. A request
 * reserves its price before it is sent, in one statement, and its answer's `throttleStatus` corrects the row, less what
 * Shopify may have charged for other requests after it said so: those that are under way, and those that were answered
 * while this one was. So the row may say less than there is, never more.
 *
 * All of a shop's budget is in one row, because its lock is what makes a reservation and a correction see each other.
 */
import { randomUUID } from 'node:crypto'
import { pool } from '~/db.server'
import type { ThrottleStatus } from './throttle-status'

/** A request that was never settled (its process died) is forgotten after this; no request lives that long. */
const FORGET_AFTER_SECONDS = 90

export type Reservation =
  | { outcome: 'reserved'; id: string }
  /** Nothing is reserved: there are not enough points before `ms` milliseconds have gone by. */
  | { outcome: 'wait'; ms: number }
  /** More than the bucket can ever hold. */
  | { outcome: 'too-dear' }
  /** Shopify has not answered yet, so that nobody knows of any bucket. */
  | { outcome: 'unknown' }

export interface Wish {
  points: number
  /** `points` is a guess: a bucket that cannot hold it gives what it can. */
  isGuess: boolean
  /** The part of the bucket that must remain, 0 to 1. */
  keptFree: number
}

const LEVEL = 'least(maximum, level + extract(epoch from clock_timestamp() - level_at) * restore_rate)'

const RESERVE = `
  with budget as (
    select shop_id, maximum, restore_rate, ${LEVEL} as level,
      case when $3::boolean then least($2::float8, maximum) else $2::float8 end as points
    from shop_budgets
    where shop_id = (select id from shops where domain = $1)
    for update
  ), needed as (
    -- A query that would not fit beside the kept share needs a full bucket instead, or it would wait for ever.
    select *, least(maximum, points + maximum * $4::float8) as least_level from budget
  ), reserved as (
    update shop_budgets as known set
      level = needed.level - needed.points,
      level_at = clock_timestamp(),
      in_flight = known.in_flight
        || jsonb_build_object($5::text, jsonb_build_array(needed.points, extract(epoch from clock_timestamp()), null))
    from needed
    where known.shop_id = needed.shop_id and needed.points <= needed.maximum and needed.level >= needed.least_level
    returning known.shop_id
  )
  select exists (select from reserved) as "isReserved", points > maximum as "isTooDear",
    ceil(1000 * (least_level - level) / restore_rate)::float8 as "waitMs"
  from needed`

/** Throws when the database is away. */
export async function reservePoints(domain: string, { points, isGuess, keptFree }: Wish): Promise<Reservation> {
  const id = randomUUID()
  const { rows } = await pool.query<{ isReserved: boolean; isTooDear: boolean; waitMs: number }>(RESERVE, [
    domain,
    points,
    isGuess,
    keptFree,
    id,
  ])
  const [row] = rows
  if (row === undefined) return { outcome: 'unknown' }
  if (row.isReserved) return { outcome: 'reserved', id }
  return row.isTooDear ? { outcome: 'too-dear' } : { outcome: 'wait', ms: Math.max(1, row.waitMs) }
}

const IS_REMEMBERED = `(value ->> 1)::float8 > extract(epoch from clock_timestamp()) - ${FORGET_AFTER_SECONDS}`
const OTHERS = `jsonb_each(known.in_flight - $2::text) where ${IS_REMEMBERED}`
const SINCE = 'coalesce((known.in_flight -> $2::text ->> 1)::float8, 0)'

/** What Shopify may have charged for others after it stated the level in this answer. */
const CHARGED_SINCE = `(
    select coalesce(sum((value ->> 0)::float8), 0)
    from ${OTHERS} and (value ->> 2 is null or (value ->> 2)::float8 > ${SINCE})
  )`

/** An answered request is remembered for as long as one is under way that left before it was answered. */
const STILL_OF_INTEREST = `(
    select coalesce(jsonb_object_agg(key, value), '{}')
    from (
      select key, value from ${OTHERS}
      union all
      select $2::text, jsonb_build_array($6::float8, ${SINCE}, extract(epoch from clock_timestamp()))
      where known.in_flight ? $2::text
    ) as requests
    where value ->> 2 is null
      or (value ->> 2)::float8 > (select min((value ->> 1)::float8) from ${OTHERS} and value ->> 2 is null)
  )`

/** An answer to a request that had reserved nothing says less than the row may know: it can only lower the level. */
const SETTLE = `
  update shop_budgets as known set
    maximum = coalesce($3::float8, known.maximum),
    restore_rate = coalesce($5::float8, known.restore_rate),
    level = case
      when $4::float8 is null then ${LEVEL}
      when known.in_flight ? $2::text then $4::float8 - ${CHARGED_SINCE}
      else least(${LEVEL}, $4::float8 - ${CHARGED_SINCE})
    end,
    level_at = clock_timestamp(),
    in_flight = ${STILL_OF_INTEREST}
  where shop_id = (select id from shops where domain = $1)`

const FIRST_STATUS = `
  insert into shop_budgets (shop_id, maximum, level, restore_rate, level_at)
  select id, $2::float8, $3::float8, $4::float8, clock_timestamp() from shops where domain = $1
  for key share
  on conflict (shop_id) do nothing`

export interface Settlement {
  /** What Shopify said of the bucket, or null when it said nothing: then what was reserved counts as spent. */
  status: ThrottleStatus | null
  /** Points that Shopify charged, at most; what was reserved if it did not say. */
  charged: number
}

/** The reserved request has been answered. `id` null: it was sent before anybody knew of a budget. */
export async function settlePoints(domain: string, id: string | null, { status, charged }: Settlement): Promise<void> {
  if (status === null && id === null) return
  const { rowCount } = await pool.query(SETTLE, [
    domain,
    id ?? 'none',
    status?.maximumAvailable,
    status?.currentlyAvailable,
    status?.restoreRate,
    charged,
  ])
  if (rowCount === 1 || status === null) return
  const { maximumAvailable, currentlyAvailable, restoreRate } = status
  await pool.query(FIRST_STATUS, [domain, maximumAvailable, currentlyAvailable, restoreRate])
}
