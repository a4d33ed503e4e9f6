import type { PoolClient } from 'pg'
import { pool } from '~/db.server'
import type { ShopRow } from '~/db/shops.server'
import { knownTimezone } from '~/shop-day'
import { inTransaction } from '~/transaction.server'
import { DECLARED_TOPICS } from '~/webhooks/declared-topics'
import type { UnappliedFacts, WebhookFacts, WindowFacts, WindowName } from './facts'
import { readEnds, readExpected, readLatencies, readWindows } from './read-topics.server'
import { readRefused } from './read-refused.server'
import { readUnapplied } from './read-unapplied.server'

const HOUR_MS = 3_600_000
const HOURS: Readonly<Record<WindowName, number>> = { hour: 1, day: 24, week: 7 * 24 }

const nothing: WindowFacts = { received: 0, failed: 0, lost: 0, repeats: 0, stale: 0 }
const none: UnappliedFacts = { pending: 0, oldestPendingAt: null, dead: 0, deadOpen: 0, deadErased: 0 }

/** One shop's facts, all of the same instant, so that no figure contradicts another. */
export async function readWebhooks(
  { id: shopId, timezone }: Pick<ShopRow, 'id' | 'timezone'>,
  now: Date,
): Promise<WebhookFacts> {
  const since = sinceOf(now)
  return inTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only')
    const windows = await readWindows(client, shopId, since)
    const latencies = await readLatencies(client, shopId, since.day)
    const unapplied = await readUnapplied(client, shopId)
    const topics = [...new Set([...DECLARED_TOPICS, ...windows.keys(), ...unapplied.keys()])]
    const ends = await readEnds(client, shopId, topics)
    const expected = await readExpected(client, { shopId, timeZone: knownTimezone(timezone) }, ends)
    const lastReceived = new Map(ends.map(({ topic, lastReceivedAt }) => [topic, lastReceivedAt]))
    return {
      since,
      refused: await readRefused(client, shopId, since),
      countedAt: await readCountedAt(client, shopId, since.hour),
      topics: topics.map((topic) => ({
        topic,
        lastReceivedAt: lastReceived.get(topic) ?? null,
        windows: { hour: nothing, day: nothing, week: nothing, ...windows.get(topic) },
        transit: latencies.get(topic)?.transit ?? [],
        apply: latencies.get(topic)?.apply ?? [],
        unapplied: unapplied.get(topic) ?? none,
        expectedPerHour: expected.get(topic) ?? null,
      })),
    }
  })
}

function sinceOf(now: Date): Record<WindowName, Date> {
  const back = (hours: number) => new Date((Math.floor(now.getTime() / HOUR_MS) - hours) * HOUR_MS)
  return { hour: back(HOURS.hour), day: back(HOURS.day), week: back(HOURS.week) }
}

/** By the last pass over all shops, or by a count that was asked for since. */
async function readCountedAt(client: PoolClient, shopId: string, since: Date): Promise<Date | null> {
  const { rows } = await client.query<{ countedAt: Date | null }>(
    `select greatest(
       (select counted_to from webhook_rollup_progress where figure = 'deliveries'),
       (select max(counted_at) from webhook_rollups where shop_id = $1 and hour >= $2)
     ) as "countedAt"`,
    [shopId, since],
  )
  return rows[0]!.countedAt
}
