import type { PoolClient } from 'pg'
import { topics } from '~/presenters/home/read-deliveries.server'
import type { UnappliedFacts } from './facts'

/**
 * What waits and what was given up on, by topic and however old; read from the deliveries themselves, of which few are in
 * the partial indexes of these states. A record that a pull has read since makes up for a dead letter.
 */
export async function readUnapplied(client: PoolClient, shopId: string): Promise<Map<string, UnappliedFacts>> {
  const { rows } = await client.query<UnappliedFacts & { topic: string }>(
    `select delivery.topic,
       count(*) filter (where delivery.state = 'pending')::int as pending,
       min(delivery.received_at) filter (where delivery.state = 'pending') as "oldestPendingAt",
       count(*) filter (where delivery.state = 'dead')::int as dead,
       count(*) filter (where delivery.state = 'dead'
         and not coalesce(concerned.is_read and delivery.received_at <= state.watermark, false))::int as "deadOpen"
     from (
       select topic, state, received_at from webhook_deliveries where shop_id = $1 and state = 'pending'
       union all
       select topic, state, received_at from webhook_deliveries where shop_id = $1 and state = 'dead'
     ) as delivery
     left join unnest($2::text[], $3::text[], $4::boolean[]) as concerned (topic, resource, is_read)
       on concerned.topic = delivery.topic
     left join sync_states as state on state.shop_id = $1 and state.resource = concerned.resource
     group by delivery.topic`,
    [shopId, topics.map(({ topic }) => topic), topics.map(({ name }) => name), topics.map(({ isRead }) => isRead)],
  )
  return new Map(rows.map(({ topic, ...facts }) => [topic, facts]))
}
