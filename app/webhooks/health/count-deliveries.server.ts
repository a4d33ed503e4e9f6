import type { Pool } from 'pg'
import { BUCKET_STARTS_MS } from './histogram'

/** Whole hours, half-open. */
export interface HourSpan {
  from: Date
  to: Date
}

/** Null where one of the two is; `greatest` alone would pass over it. */
const milliseconds = (from: string, to: string) =>
  `case when ${from} is not null and ${to} is not null then greatest(date_part('epoch', ${to} - ${from}) * 1000, 0) end`

/** Up to the highest bucket that anything is in; null where nothing was measured. */
const histogram = (bucket: 'transit' | 'apply') => `
  select shop_id, topic, hour, array_agg(coalesce(in_bucket, 0) order by bucket) as counts
  from counted
  cross join generate_series(0, highest_${bucket}) as bucket
  left join (
    select shop_id, topic, hour, ${bucket} as bucket, sum(received)::int as in_bucket
    from cell group by 1, 2, 3, 4
  ) as measured using (shop_id, topic, hour, bucket)
  group by 1, 2, 3`

/**
 * Counts the deliveries of the span anew and puts the figures in place of those that were there. Nothing is remembered
 * between two counts, so that it may be stopped, repeated and done by two at a time; of two counts the one that saw more
 * stays. An hour of which less is found than before has lost deliveries to the cleanup, and keeps its figures. The two
 * clocks may differ, so that a delivery seems to come before its trigger: that is zero.
 *
 * `spans`: a query of shop_id and since, an hour's beginning. Goes shop by shop, because that is how the deliveries are indexed.
 * $1, $2 a span, $3 histogram buckets, $4 shop_id or null for all.
 */
const count = (spans: string) => `
  with span as (${spans}), delivery as (
    select span.shop_id, received_in_span.*
    from span
    cross join lateral (
      select topic, span.since as hour, state, stale, repeats, received_at,
        width_bucket(${milliseconds('triggered_at', 'received_at')}, $3::float8[]) as transit,
        case when state = 'applied' then width_bucket(${milliseconds('received_at', 'applied_at')}, $3::float8[]) end as apply
      from webhook_deliveries
      where shop_id = span.shop_id and received_at >= span.since and received_at < span.since + interval '1 hour'
      -- Keeps it apart: joined with many spans at once, all deliveries would be read instead of the index for each.
      offset 0
    ) as received_in_span
  ), cell as (
    select shop_id, topic, hour, transit, apply,
      count(*) as received,
      count(*) filter (where state = 'applied') as applied,
      count(*) filter (where state = 'applied' and stale) as stale,
      count(*) filter (where state = 'ignored') as ignored,
      count(*) filter (where state = 'pending') as pending,
      count(*) filter (where state = 'dead') as dead,
      sum(repeats) as repeats,
      max(received_at) as last_received_at
    from delivery group by 1, 2, 3, 4, 5
  ), counted as (
    select shop_id, topic, hour, sum(received) as received, sum(applied) as applied, sum(stale) as stale,
      sum(ignored) as ignored, sum(pending) as pending, sum(dead) as dead, sum(repeats) as repeats,
      max(last_received_at) as last_received_at, max(transit) as highest_transit, max(apply) as highest_apply
    from cell group by 1, 2, 3
  ), transit_ms as (${histogram('transit')}), apply_ms as (${histogram('apply')})
  insert into webhook_rollups as known
    (shop_id, topic, hour, received, applied, stale, ignored, pending, dead, repeats, transit_ms, apply_ms,
     last_received_at, counted_at)
  select shop_id, topic, hour, received, applied, stale, ignored, pending, dead, repeats,
    coalesce(transit_ms.counts, '{}'), coalesce(apply_ms.counts, '{}'), last_received_at, statement_timestamp()
  from counted
  left join transit_ms using (shop_id, topic, hour)
  left join apply_ms using (shop_id, topic, hour)
  -- In one order, so that two counts wait for each other instead of deadlocking.
  order by shop_id, topic, hour
  on conflict (shop_id, topic, hour) do update set
    received = excluded.received, applied = excluded.applied, stale = excluded.stale, ignored = excluded.ignored,
    pending = excluded.pending, dead = excluded.dead, repeats = excluded.repeats, transit_ms = excluded.transit_ms,
    apply_ms = excluded.apply_ms, last_received_at = excluded.last_received_at, counted_at = excluded.counted_at
  where excluded.received >= known.received and excluded.counted_at >= known.counted_at
    and (excluded.received, excluded.applied, excluded.stale, excluded.ignored, excluded.pending, excluded.dead, excluded.repeats)
      is distinct from (known.received, known.applied, known.stale, known.ignored, known.pending, known.dead, known.repeats)`

const COUNT = count(`
    select id as shop_id, since
    from shops
    cross join generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', interval '1 hour') as since
    where $4::bigint is null or id = $4`)

/**
 * Hours of the span whose figures say that something waits, or was given up on, and of which that is no longer so. An hour
 * that still has what it had is left out: one dead letter of a busy hour would have the hour counted for weeks.
 */
const COUNT_UNSETTLED = count(`
    select distinct rollup.shop_id, rollup.hour as since
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
      where $4::bigint is null or shop_id = $4
      group by 1, 2, 3
    ) as unapplied using (shop_id, topic, hour)
    where rollup.hour >= $1 and rollup.hour < $2 and (rollup.pending > 0 or rollup.dead > 0)
      and ($4::bigint is null or rollup.shop_id = $4)
      and (rollup.pending, rollup.dead) is distinct from (coalesce(unapplied.pending, 0), coalesce(unapplied.dead, 0))`)

/** Over all shops, or of the one. Returns how many rows of webhook_rollups have changed. */
export const countDeliveries = (pool: Pool, span: HourSpan, shopId: string | null) =>
  carryOut(pool, COUNT, span, shopId)

/** The same of those hours alone in which something has been applied, or given up on, since they were counted. */
export const countUnsettled = (pool: Pool, span: HourSpan, shopId: string | null) =>
  carryOut(pool, COUNT_UNSETTLED, span, shopId)

async function carryOut(pool: Pool, sql: string, { from, to }: HourSpan, shopId: string | null): Promise<number> {
  const { rowCount } = await pool.query(sql, [from, to, BUCKET_STARTS_MS, shopId])
  return rowCount ?? 0
}
