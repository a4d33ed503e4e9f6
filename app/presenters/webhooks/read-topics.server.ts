/** Figures by topic from webhook_rollups: they cost the same, however many deliveries there are. */
import type { PoolClient } from 'pg'
import type { Histogram } from '~/webhooks/health/histogram'
import { expectedPerHour, HOUR_MS, type HourHistory, hoursOfWeek, MOST_WEEKS, WEEK_MS } from '~/webhooks/health/silence'
import { WINDOWS, type WindowFacts, type WindowName } from './facts'

type Since = Readonly<Record<WindowName, Date>>
type WindowRow = WindowFacts & { topic: string; window: WindowName }

/** Of every topic of which something came or was lost within the longest window. */
export async function readWindows(
  client: PoolClient,
  shopId: string,
  since: Since,
): Promise<Map<string, Partial<Record<WindowName, WindowFacts>>>> {
  const { rows } = await client.query<WindowRow>(
    `select topic, name as window, sum(received)::int as received, sum(pending + dead)::int as failed,
       sum(lost)::int as lost, sum(repeats)::int as repeats, sum(stale)::int as stale
     from webhook_rollups
     join unnest($2::text[], $3::timestamptz[]) as windows (name, since) on hour >= since
     where shop_id = $1 and hour >= $4
     group by topic, name`,
    [shopId, WINDOWS, WINDOWS.map((name) => since[name]), since.week],
  )
  const byTopic = Map.groupBy(rows, ({ topic }) => topic)
  return new Map(
    [...byTopic].map(([topic, windows]) => [
      topic,
      Object.fromEntries(
        windows.map(({ window, received, failed, lost, repeats, stale }) => [
          window,
          { received, failed, lost, repeats, stale },
        ]),
      ),
    ]),
  )
}

/** The histograms of all hours from `since` on, added up. */
export async function readLatencies(
  client: PoolClient,
  shopId: string,
  since: Date,
): Promise<Map<string, Record<'transit' | 'apply', Histogram>>> {
  const { rows } = await client.query<{ topic: string; transit: number[]; apply: number[] }>(
    `select topic,
       coalesce(array_agg(transit::int order by bucket) filter (where transit is not null), '{}') as transit,
       coalesce(array_agg(apply::int order by bucket) filter (where apply is not null), '{}') as apply
     from (
       select topic, bucket, sum(transit) as transit, sum(apply) as apply
       from webhook_rollups
       cross join lateral unnest(transit_ms, apply_ms) with ordinality as histogram (transit, apply, bucket)
       where shop_id = $1 and hour >= $2
       group by topic, bucket
     ) as added
     group by topic`,
    [shopId, since],
  )
  return new Map(rows.map(({ topic, transit, apply }) => [topic, { transit, apply }]))
}

export interface Ends {
  topic: string
  /** The first hour that was counted, and the last delivery. */
  firstHour: Date
  lastReceivedAt: Date
}

/** Of these topics, those of which anything ever came, as far back as roll-ups are kept. */
export async function readEnds(client: PoolClient, shopId: string, topics: readonly string[]): Promise<Ends[]> {
  const { rows } = await client.query<Ends>(
    `select topic, first.hour as "firstHour", last.last_received_at as "lastReceivedAt"
     from unnest($2::text[]) as wanted (topic)
     cross join lateral (
       select hour from webhook_rollups
       where shop_id = $1 and topic = wanted.topic and last_received_at is not null order by hour limit 1
     ) as first
     cross join lateral (
       select last_received_at from webhook_rollups
       where shop_id = $1 and topic = wanted.topic and last_received_at is not null order by hour desc limit 1
     ) as last`,
    [shopId, topics],
  )
  return rows
}

/**
 * What an ordinary week brings of each topic, from the weeks before its last delivery: a silence does not become ordinary
 * by lasting. By the hours of the zone's clock, as weekClock has them. The shop's own history begins with the first hour of
 * any topic, so that a rare one is not taken for a busy one.
 */
export async function readExpected(
  client: PoolClient,
  { shopId, timeZone }: { shopId: string; timeZone: string },
  ends: readonly Ends[],
): Promise<Map<string, readonly number[] | null>> {
  const beginningMs = Math.min(...ends.map(({ firstHour }) => firstHour.getTime()))
  const spans = ends.map(({ topic, lastReceivedAt }) => {
    const weeks = Math.min(MOST_WEEKS, Math.floor((lastReceivedAt.getTime() - beginningMs) / WEEK_MS))
    return { topic, weeks, to: lastReceivedAt, from: new Date(lastReceivedAt.getTime() - weeks * WEEK_MS) }
  })
  if (spans.length === 0) return new Map()
  const first = Math.min(...spans.map(({ from }) => from.getTime()))
  const count = Math.ceil((Math.max(...spans.map(({ to }) => to.getTime())) - first) / HOUR_MS) + 1
  // Reckoned here: PostgreSQL has its own list of zones, which may lack the shop's.
  const { rows } = await client.query<HourHistory & { topic: string }>(
    `select span.topic, hour_of_week as "hourOfWeek", sum(received)::int as received, max(received) as "mostInOneWeek"
     from unnest($2::text[], $3::timestamptz[], $4::timestamptz[]) as span (topic, since, until)
     join webhook_rollups as rollup
       on rollup.shop_id = $1 and rollup.topic = span.topic and rollup.hour >= span.since and rollup.hour < span.until
     join unnest($5::int[]) with ordinality as clock (hour_of_week, nth)
       on rollup.hour = date_trunc('hour', $6::timestamptz, 'UTC') + (nth - 1) * interval '1 hour'
     group by 1, 2`,
    [
      shopId,
      ...[spans.map(({ topic }) => topic), spans.map(({ from }) => from), spans.map(({ to }) => to)],
      ...[hoursOfWeek(timeZone, new Date(first), count), new Date(first)],
    ],
  )
  const byTopic = Map.groupBy(rows, ({ topic }) => topic)
  return new Map(spans.map(({ topic, weeks }) => [topic, expectedPerHour(byTopic.get(topic) ?? [], weeks)]))
}
