import type { PoolClient } from 'pg'
import type { RefusedFacts, WebhookFacts } from './facts'

/** By reason, the most frequent first. */
export async function readRefused(
  client: PoolClient,
  shopId: string,
  since: WebhookFacts['since'],
): Promise<RefusedFacts[]> {
  const { rows } = await client.query<RefusedFacts>(
    `select reason,
       coalesce(sum(count) filter (where hour >= $2), 0)::float8 as hour,
       coalesce(sum(count) filter (where hour >= $3), 0)::float8 as day,
       sum(count)::float8 as week
     from webhook_refusals
     where shop_id = $1 and hour >= $4
     group by reason
     order by week desc, reason`,
    [shopId, since.hour, since.day, since.week],
  )
  return rows
}
