/**
 * Counts deliveries by the hour, each hour slice by slice: what lies together in time lies together in the table, whichever
 * shops it is of, and is read once. Counted shop by shop, each page of a busy hour was read for every shop again; counted at
 * once, the hour took up a core while answers waited.
 */
import { setTimeout } from 'node:timers/promises'
import type { Pool } from 'pg'
import { BUCKET_STARTS_MS } from './histogram'
import { FIRST_SLICE_MS, nextSliceLength } from './slice-length'
import { type Cell, createTally, type Tally } from './tally'

const HOUR_MS = 3_600_000

/** Whole hours, half-open. */
export interface HourSpan {
  from: Date
  to: Date
}

export interface Counting {
  pool: Pool
  /** Null: all. */
  shopId: string | null
  /** How many times as long as a slice took the next one waits for it. */
  rests: number
  /** Once it is aborted, nothing more is counted, and nothing written of an hour that is not done. */
  stopping?: AbortSignal | undefined
}

/** Null where one of the two is; `greatest` alone would pass over it. */
const milliseconds = (from: string, to: string) =>
  `case when ${from} is not null and ${to} is not null then greatest(date_part('epoch', ${to} - ${from}) * 1000, 0) end`

/**
 * What the shops $1 received in [$2, $3). $4 histogram buckets. The two clocks may differ, so that a delivery seems to come before
 * its trigger: that is zero.
 */
const CELLS = `
  select shop_id as "shopId", topic, transit, apply,
    count(*)::int as received,
    count(*) filter (where state = 'applied')::int as applied,
    count(*) filter (where state = 'applied' and stale)::int as stale,
    count(*) filter (where state = 'ignored')::int as ignored,
    count(*) filter (where state = 'pending')::int as pending,
    count(*) filter (where state = 'dead')::int as dead,
    sum(repeats)::int as repeats,
    to_char(max(received_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "lastReceivedAt"
  from unnest($1::bigint[]) as shop (shop_id)
  cross join lateral (
    select topic, state, stale, repeats, received_at,
      width_bucket(${milliseconds('triggered_at', 'received_at')}, $4::float8[]) as transit,
      case when state = 'applied' then width_bucket(${milliseconds('received_at', 'applied_at')}, $4::float8[]) end as apply
    from webhook_deliveries
    where shop_id = shop.shop_id and received_at >= $2 and received_at < $3
    -- Keeps it apart: joined with many shops at once, all deliveries would be read instead of the index for each.
    offset 0
  ) as received_in_slice
  group by 1, 2, 3, 4`

/**
 * Puts the figures of the hour $2 in place of those that were there. Nothing is remembered between two counts, so that one may
 * be stopped, repeated and done by two at a time; of two, the one that began later stays. An hour of which less is found than
 * before has lost deliveries to the cleanup, and keeps its figures. Of a shop that is being erased, or has been, nothing is
 * written.
 *
 * $1 rows as JSON, $3 when the count began, $4 the shops.
 */
const WRITE = `
  with held as materialized (
    select id from shops where id = any ($4::bigint[]) order by id for key share skip locked
  )
  insert into webhook_rollups as known
    (shop_id, topic, hour, received, applied, stale, ignored, pending, dead, repeats, transit_ms, apply_ms,
     last_received_at, counted_at)
  select "shopId", topic, $2, received, applied, stale, ignored, pending, dead, repeats, "transitMs", "applyMs",
    "lastReceivedAt", $3
  from json_to_recordset($1::json) as counted (
    "shopId" bigint, topic text, received int, applied int, stale int, ignored int, pending int, dead int, repeats int,
    "transitMs" int[], "applyMs" int[], "lastReceivedAt" timestamptz
  )
  where "shopId" in (select id from held)
  -- In one order, so that two counts wait for each other instead of deadlocking.
  order by "shopId", topic
  on conflict (shop_id, topic, hour) do update set
    received = excluded.received, applied = excluded.applied, stale = excluded.stale, ignored = excluded.ignored,
    pending = excluded.pending, dead = excluded.dead, repeats = excluded.repeats, transit_ms = excluded.transit_ms,
    apply_ms = excluded.apply_ms, last_received_at = excluded.last_received_at, counted_at = excluded.counted_at
  where excluded.received >= known.received and excluded.counted_at >= known.counted_at
    and (excluded.received, excluded.applied, excluded.stale, excluded.ignored, excluded.pending, excluded.dead, excluded.repeats)
      is distinct from (known.received, known.applied, known.stale, known.ignored, known.pending, known.dead, known.repeats)`

/** Returns whether all of it was counted. */
export async function countDeliveries(counting: Counting, { from, to }: HourSpan): Promise<boolean> {
  const hours = Array.from(
    { length: (to.getTime() - from.getTime()) / HOUR_MS },
    (_, index) => new Date(from.getTime() + index * HOUR_MS),
  )
  return countEach(counting, hours, async (hour) => ({ hour, shopIds: await shopsWithDeliveries(counting, hour) }))
}

/** The same of those hours alone in which something has been applied, or given up on, since they were counted. */
export async function countUnsettled(counting: Counting, span: HourSpan): Promise<boolean> {
  return countEach(counting, await unsettledHours(counting, span), (hour) => hour)
}

interface HourOfShops {
  hour: Date
  shopIds: string[]
}

async function countEach<Hour>(
  counting: Counting,
  hours: readonly Hour[],
  read: (hour: Hour) => HourOfShops | Promise<HourOfShops>,
): Promise<boolean> {
  const sliceBy = createSlicer(counting)
  for (const each of hours) {
    if (counting.stopping?.aborted) return false
    const hour = await read(each)
    if (hour.shopIds.length > 0 && !(await countHour(counting.pool, hour, sliceBy))) return false
  }
  return true
}

type Slice = (from: Date, to: Date) => Promise<Cell[]>
/** Gives what is in one slice after the other of the hour to the tally. Returns whether it was all. */
type SliceBy = (hour: HourOfShops, slice: Slice, tally: Tally) => Promise<boolean>

/** Else a slice that had to wait itself would be rested from for as long. */
const MOST_REST_MS = 200

/** What it learned of the length of a slice holds for the hours that follow. */
function createSlicer({ rests, stopping }: Counting): SliceBy {
  let lengthMs = FIRST_SLICE_MS
  return async ({ hour, shopIds }, slice, tally) => {
    const endMs = hour.getTime() + HOUR_MS
    for (let fromMs = hour.getTime(); fromMs < endMs;) {
      if (stopping?.aborted) return false
      const toMs = Math.min(fromMs + lengthMs, endMs)
      const begunMs = performance.now()
      tally.add(await slice(new Date(fromMs), new Date(toMs)))
      const tookMs = performance.now() - begunMs
      lengthMs = nextSliceLength(lengthMs, tookMs, shopIds.length)
      fromMs = toMs
      if (rests > 0) await setTimeout(Math.min(tookMs * rests, MOST_REST_MS))
    }
    return true
  }
}

async function countHour(pool: Pool, counted: HourOfShops, sliceBy: SliceBy): Promise<boolean> {
  const { hour, shopIds } = counted
  const { rows } = await pool.query<{ now: string }>('select clock_timestamp()::text as now')
  const tally = createTally()
  const slice: Slice = async (from, to) => (await pool.query<Cell>(CELLS, [shopIds, from, to, BUCKET_STARTS_MS])).rows
  if (!(await sliceBy(counted, slice, tally))) return false
  await pool.query(WRITE, [JSON.stringify(tally.all()), hour, rows[0]!.now, shopIds])
  return true
}

async function shopsWithDeliveries({ pool, shopId }: Counting, hour: Date): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from shops
     cross join lateral (
       select from webhook_deliveries where shop_id = shops.id and received_at >= $1 and received_at < $2 limit 1
     ) as received
     where $3::bigint is null or id = $3`,
    [hour, new Date(hour.getTime() + HOUR_MS), shopId],
  )
  return rows.map(({ id }) => id)
}

/**
 * Hours whose figures say that something waits, or was given up on, and of which that is no longer so. An hour that still has
 * what it had is left out: one dead letter of a busy hour would have the hour counted for weeks.
 */
async function unsettledHours({ pool, shopId }: Counting, { from, to }: HourSpan): Promise<HourOfShops[]> {
  const { rows } = await pool.query<HourOfShops>(
    `select rollup.hour, array_agg(distinct rollup.shop_id::text) as "shopIds"
     from webhook_rollups as rollup
     join shops on shops.id = rollup.shop_id
     left join (
       select shop_id, topic, date_trunc('hour', received_at, 'UTC') as hour,
         count(*) filter (where state = 'pending') as pending, count(*) filter (where state = 'dead') as dead
       from (
         select shop_id, topic, received_at, state from webhook_deliveries where state = 'pending'
         union all
         select shop_id, topic, received_at, state from webhook_deliveries where state = 'dead'
       ) as delivery
       where $3::bigint is null or shop_id = $3
       group by 1, 2, 3
     ) as unapplied using (shop_id, topic, hour)
     where rollup.hour >= $1 and rollup.hour < $2 and (rollup.pending > 0 or rollup.dead > 0)
       and ($3::bigint is null or rollup.shop_id = $3)
       and (rollup.pending, rollup.dead) is distinct from (coalesce(unapplied.pending, 0), coalesce(unapplied.dead, 0))
     group by rollup.hour
     order by rollup.hour`,
    [from, to, shopId],
  )
  return rows
}
