/** Which deliveries that were given up on are made up for: in one place, so that no two pages disagree. */
import { resources } from '~/resources/registry'
import type { MirroredResource } from '~/resources/resource'

/** Topics that concern a record, and whether a pull reads again what they announce. */
const topics = Object.values<MirroredResource>(resources).flatMap(({ name, completeness, topics }) =>
  Object.keys(topics).map((topic) => ({ name, topic, isRead: completeness === 'A' && !topic.endsWith('/delete') })),
)

export const TOPICS_OF_RECORDS = topics.map(({ topic }) => topic)

/** What follows $1, the shop's id, in a query with `concerned`. */
export const CONCERNED_PARAMETERS = [
  TOPICS_OF_RECORDS,
  topics.map(({ name }) => name),
  topics.map(({ isRead }) => isRead),
]

/** Joins to `delivery` the resource that it concerns, and how far that has been pulled. */
export const concerned = (join: 'join' | 'left join') => `
  ${join} unnest($2::text[], $3::text[], $4::boolean[]) as concerned (topic, resource, is_read)
    on concerned.topic = delivery.topic
  left join sync_states as state on state.shop_id = $1 and state.resource = concerned.resource`

/**
 * Of a `delivery` with `concerned`: one from before the watermark has been read since. A deletion is never read, and neither
 * is what Shopify does not list, so that excuse does not hold for them.
 */
export const IS_MADE_UP_FOR = `coalesce(concerned.is_read and delivery.received_at <= state.watermark, false)`
