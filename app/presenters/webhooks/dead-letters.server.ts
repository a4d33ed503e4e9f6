/** Deliveries of one shop that were given up on. */
import { pool } from '~/db.server'
import type { ShopRow } from '~/db/shops.server'
import { BODY_REFUSED } from '~/webhooks/delivery'
import { createFormat, type Format } from '../home/format'
import { sentence } from '../home/wording'
import type { DeadLetterLine, DeadLetters, LastReplay } from './dead-letters'

const MOST_LINES = 50

interface Row {
  id: string
  topic: string
  receivedAt: Date
  attempts: number
  error: string | null
  hasBody: boolean
  replayState: string | null
  replayError: string | null
  replayAt: Date | null
}

/** `locale` as resolveLocale gives it. */
export async function deadLetters(
  shop: Pick<ShopRow, 'id' | 'timezone'>,
  now: Date,
  locale = 'en',
): Promise<DeadLetters> {
  const format = createFormat(locale, shop.timezone, now)
  const [{ rows: lines }, { rows: topics }] = await Promise.all([readNewest(shop.id), countByTopic(shop.id)])
  const total = topics.reduce((sum, { count }) => sum + count, 0)
  return {
    lines: lines.map((row) => lineOf(row, format)),
    total,
    totalText: format.number(total),
    topics: topics.map(({ topic, count }) => ({ topic, label: `${topic} (${format.number(count)})` })),
  }
}

function readNewest(shopId: string) {
  return pool.query<Row>(
    `with newest as (
       select id, topic, received_at, attempts, error, payload is not null as has_body
       from webhook_deliveries
       where shop_id = $1 and state = 'dead'
       order by id desc
       limit $2
     )
     select newest.id, topic, received_at as "receivedAt", attempts, newest.error, has_body as "hasBody",
       last.state as "replayState", last.error as "replayError", coalesce(last.finished_at, last.requested_at) as "replayAt"
     from newest
     left join lateral (
       select state, error, requested_at, finished_at from webhook_attempts
       where shop_id = $1 and delivery_id = newest.id
       order by webhook_attempts.id desc
       limit 1
     ) as last on true
     order by newest.id desc`,
    [shopId, MOST_LINES],
  )
}

function countByTopic(shopId: string) {
  return pool.query<{ topic: string; count: number }>(
    `select topic, count(*)::int as count from webhook_deliveries
     where shop_id = $1 and state = 'dead'
     group by topic order by topic`,
    [shopId],
  )
}

function lineOf(row: Row, format: Format): DeadLetterLine {
  const { id, topic, receivedAt, attempts, error, hasBody } = row
  return {
    ...{ id, topic, attempts: format.number(attempts), received: format.moment(receivedAt) },
    reason: reasonText(error),
    noReplay: hasBody ? null : isRefused(error) ? 'Body never stored' : 'Body erased',
    lastReplay: lastReplayOf(row, format),
  }
}

const isRefused = (error: string | null) => error?.endsWith(BODY_REFUSED) ?? false

function lastReplayOf({ replayState, replayError, replayAt }: Row, format: Format): LastReplay | null {
  if (replayState === null || replayAt === null) return null
  const { text: at } = format.moment(replayAt)
  switch (replayState) {
    case 'waiting':
      return { text: `Replay asked for at ${at}`, tone: 'info' }
    case 'applied':
      return { text: `Applied at ${at}`, tone: 'success' }
    case 'failed':
      return { text: `Replayed at ${at}, and failed again: ${reasonText(replayError)}`, tone: 'critical' }
    default:
      return { text: `Not replayed at ${at}: ${reasonText(replayError)}`, tone: 'critical' }
  }
}

/** For people what was noted for operators, whose codes stay for the search. */
function reasonText(error: string | null): string {
  if (error === null) return 'The reason was not recorded.'
  const unreadable = /^UnreadableRecord: (.*)$/.exec(error)
  if (unreadable !== null) return `Shopify’s message could not be read: ${sentence(unreadable[1]!)}`
  if (isRefused(error)) return `The database cannot hold this message (${error.slice(0, -BODY_REFUSED.length)}).`
  if (error.startsWith('PostgreSQL ')) return `The database refused it (${error}).`
  return sentence(error.charAt(0).toUpperCase() + error.slice(1))
}
