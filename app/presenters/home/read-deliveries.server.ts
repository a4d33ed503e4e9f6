import type { PoolClient } from 'pg'
import { concerned, CONCERNED_PARAMETERS, IS_MADE_UP_FOR, TOPICS_OF_RECORDS } from '../made-up-for'
import type { DeliveryFacts, UnappliedDeliveries } from './facts'

/** What waits for no longer than this is being applied and no news. */
const PENDING_FOR_MS = 10_000

export async function readDeliveries(client: PoolClient, shopId: string, now: Date): Promise<DeliveryFacts> {
  return { newestApplied: await readNewestApplied(client, shopId), unapplied: await readUnapplied(client, shopId, now) }
}

/** Of those that changed the copy: that the app was given scopes, or a bulk operation ended, is no change of the shop. */
async function readNewestApplied(client: PoolClient, shopId: string): Promise<DeliveryFacts['newestApplied']> {
  const { rows } = await client.query<{ topic: string; appliedAt: Date }>(
    `select topic, applied_at as "appliedAt"
     from webhook_deliveries
     where shop_id = $1 and state = 'applied' and applied_at is not null and topic = any ($2)
     order by received_at desc
     limit 1`,
    [shopId, TOPICS_OF_RECORDS],
  )
  return rows[0] ?? null
}

/** Deliveries that wait, and those given up on that nothing has made up for. */
async function readUnapplied(client: PoolClient, shopId: string, now: Date): Promise<UnappliedDeliveries[]> {
  const { rows } = await client.query<UnappliedDeliveries>(
    `select delivery.topic, delivery.state, count(*)::int as count, max(delivery.received_at) as "newestReceivedAt",
       (array_agg(delivery.error order by delivery.received_at desc))[1] as error
     from webhook_deliveries as delivery
     ${concerned('join')}
     where delivery.shop_id = $1 and (
       delivery.state = 'pending' and delivery.received_at < $5
       or delivery.state = 'dead' and not ${IS_MADE_UP_FOR}
     )
     group by delivery.topic, delivery.state
     order by max(delivery.received_at) desc`,
    [shopId, ...CONCERNED_PARAMETERS, new Date(now.getTime() - PENDING_FOR_MS)],
  )
  return rows
}
