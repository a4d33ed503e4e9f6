import type { PoolClient } from 'pg'
import { concerned, CONCERNED_PARAMETERS, IS_MADE_UP_FOR } from '../made-up-for'
import type { UnappliedFacts } from './facts'

/**
 * What waits and what was given up on, by topic and however old; read from the deliveries themselves, of which few are in
 * the partial indexes of these states.
 */
export async function readUnapplied(client: PoolClient, shopId: string): Promise<Map<string, UnappliedFacts>> {
  const { rows } = await client.query<UnappliedFacts & { topic: string }>(
    `select delivery.topic,
       count(*) filter (where delivery.state = 'pending')::int as pending,
       min(delivery.received_at) filter (where delivery.state = 'pending') as "oldestPendingAt",
       count(*) filter (where delivery.state = 'dead')::int as dead,
       count(*) filter (where is_open)::int as "deadOpen",
       count(*) filter (where is_open and is_erased)::int as "deadErased"
     from (
       select topic, state, triggered_at, received_at, record_id, payload is null as is_erased
       from webhook_deliveries where shop_id = $1 and state = 'pending'
       union all
       select topic, state, triggered_at, received_at, record_id, payload is null
       from webhook_deliveries where shop_id = $1 and state = 'dead'
     ) as delivery
     ${concerned('left join')}
     cross join lateral (select delivery.state = 'dead' and not ${IS_MADE_UP_FOR} as is_open) as judged
     group by delivery.topic`,
    [shopId, ...CONCERNED_PARAMETERS],
  )
  return new Map(rows.map(({ topic, ...facts }) => [topic, facts]))
}
