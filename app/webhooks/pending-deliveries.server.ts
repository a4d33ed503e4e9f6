/** Deliveries that wait to be applied, as the inbox left them. */
import type { Pool, PoolClient } from 'pg'
import { parseBody } from './parse-body'
import type { Delivery, DeliveryState } from './delivery'

export type PendingDelivery = Pick<Delivery, 'topic' | 'body' | 'triggeredAt' | 'receivedAt'> & { id: string }

interface Row {
  id: string
  topic: string
  triggered_at: string | null
  received_at: string
  payload: string | null
}

/** The oldest behind `afterId`. Instants keep their microseconds, ids in the bodies all their digits. */
export async function pendingAfter(
  pool: Pool,
  shopId: string,
  afterId: string,
  limit: number,
): Promise<PendingDelivery[]> {
  const { rows } = await pool.query<Row>(
    `select id, topic, to_json(triggered_at) #>> '{}' as triggered_at, to_json(received_at) #>> '{}' as received_at,
       payload::text as payload
     from webhook_deliveries
     where shop_id = $1 and state = 'pending' and id > $2
     order by id
     limit $3`,
    [shopId, afterId, limit],
  )
  return rows.map(({ id, topic, triggered_at: triggeredAt, received_at: receivedAt, payload }) => {
    const parsed = parseBody(payload ?? '{}')
    return { id, topic, triggeredAt, receivedAt, body: parsed.outcome === 'parsed' ? parsed.body : {} }
  })
}

/** Of these, the ones that are still pending and that no other worker has taken; they are ours until the commit. */
export async function takePending(client: PoolClient, shopId: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `select id from webhook_deliveries
     where shop_id = $1 and id = any ($2::bigint[]) and state = 'pending'
     order by id
     for update skip locked`,
    [shopId, ids],
  )
  return new Set(rows.map(({ id }) => id))
}

export interface Conclusion {
  id: string
  state: Exclude<DeliveryState, 'dead'>
  error: string | null
}

/** Notes one more attempt at each. One that is still pending after `mostAttempts` is dead. */
export async function conclude(
  client: PoolClient,
  shopId: string,
  conclusions: readonly Conclusion[],
  mostAttempts: number,
): Promise<DeliveryState[]> {
  const { rows } = await client.query<{ state: DeliveryState }>(
    `update webhook_deliveries as delivery set
       attempts = delivery.attempts + 1,
       state = case
         when concluded.state = 'pending' and delivery.attempts + 1 >= $4 then 'dead' else concluded.state
       end,
       error = concluded.error,
       applied_at = case when concluded.state = 'applied' then now() end
     from unnest($1::bigint[], $2::text[], $3::text[]) as concluded (id, state, error)
     where delivery.shop_id = $5 and delivery.id = concluded.id and delivery.state = 'pending'
     returning delivery.state`,
    [
      conclusions.map(({ id }) => id),
      conclusions.map(({ state }) => state),
      conclusions.map(({ error }) => error),
      mostAttempts,
      shopId,
    ],
  )
  return rows.map(({ state }) => state)
}

export async function countPending(pool: Pool, shopId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from webhook_deliveries where shop_id = $1 and state = 'pending'`,
    [shopId],
  )
  return rows[0]!.count
}
