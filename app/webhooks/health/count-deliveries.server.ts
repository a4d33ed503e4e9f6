import type { Pool } from 'pg'
import { BUCKET_STARTS_MS } from './histogram'

/** Whole hours, half-open. */
export interface HourSpan {
  from: Date
  to: Date
}

/** Null where one of the two is; `greatest` alone would pass over it. */
const milliseconds = (from: string, to: string) =>
  `case when ${from} is not null and ${to} is not null then greatest(extract(epoch from ${to} - ${from}) * 1000, 0)::float8 end`

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
 * $1, $2 the span, $3 histogram buckets, $4 shop_id or null for all. Goes shop by shop, because that is how the deliveries
 * are indexed.
 */
const COUNT = `
  with delivery as (
    select shops.id as shop_id, received_in_span.*
    from shops
    cross join lateral (
      select topic, date_trunc('hour', received_at, 'UTC') as hour, state, stale, repeats, received_at,
        width_bucket(${milliseconds('triggered_at', 'received_at')}, $3::float8[]) as transit,
        case when state = 'applied' then width_bucket(${milliseconds('received_at', 'applied_at')}, $3::float8[]) end as apply
      from webhook_deliveries
      where shop_id = shops.id and received_at >= $1 and received_at < $2
    ) as received_in_span
    where $4::bigint is null or shops.id = $4
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

/** Over all shops, or of the one. Returns how many rows of webhook_rollups have changed. */
export async function countDeliveries(pool: Pool, { from, to }: HourSpan, shopId: string | null): Promise<number> {
  const { rowCount } = await pool.query(COUNT, [from, to, BUCKET_STARTS_MS, shopId])
  return rowCount ?? 0
}
