import type { PoolClient } from 'pg'
import { resources } from '~/resources/registry'
import type { MirroredResource } from '~/resources/resource'
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
    [shopId, topics.map(({ topic }) => topic)],
  )
  return rows[0] ?? null
}

/** Topics that concern a record, and whether a pull reads again what they announce. */
export const topics = Object.values<MirroredResource>(resources).flatMap(({ name, completeness, topics }) =>
  Object.keys(topics).map((topic) => ({ name, topic, isRead: completeness === 'A' && !topic.endsWith('/delete') })),
)

/**
 * Deliveries that wait, and those given up on that no pull has made up for: one from before the watermark has been read
 * since. A deletion is never read, and neither is what Shopify does not list, so that excuse does not hold for them.
 */
async function readUnapplied(client: PoolClient, shopId: string, now: Date): Promise<UnappliedDeliveries[]> {
  const { rows } = await client.query<UnappliedDeliveries>(
    `select delivery.topic, delivery.state, count(*)::int as count, max(delivery.received_at) as "newestReceivedAt",
       (array_agg(delivery.error order by delivery.received_at desc))[1] as error
     from webhook_deliveries as delivery
     join unnest($2::text[], $3::text[], $5::boolean[]) as concerned (topic, resource, is_read) on concerned.topic = delivery.topic
     left join sync_states as state on state.shop_id = $1 and state.resource = concerned.resource
     where delivery.shop_id = $1 and (
       delivery.state = 'pending' and delivery.received_at < $4
       or delivery.state = 'dead' and (
         state.watermark is null or delivery.received_at > state.watermark or not concerned.is_read
       )
     )
     group by delivery.topic, delivery.state
     order by max(delivery.received_at) desc`,
    [
      shopId,
      topics.map(({ topic }) => topic),
      topics.map(({ name }) => name),
      new Date(now.getTime() - PENDING_FOR_MS),
      topics.map(({ isRead }) => isRead),
    ],
  )
  return rows
}
