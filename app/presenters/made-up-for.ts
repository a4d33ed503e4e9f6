/** Which deliveries that were given up on are made up for: in one place, so that no two pages disagree. */
import { name as sqlName } from '~/db/mirror-sql'
import { resources } from '~/resources/registry'
import type { MirroredResource } from '~/resources/resource'

/** Topics that concern a record, and whether a pull reads again what they announce. */
const topics = Object.values<MirroredResource>(resources).flatMap(({ name, completeness, topics }) =>
  Object.keys(topics).map((topic) => ({ name, topic, isRead: completeness === 'A' })),
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

const deletable = Object.values<MirroredResource>(resources).filter(({ topics }) =>
  Object.keys(topics).some((topic) => topic.endsWith('/delete')),
)

/** What no bigint holds, or is none, is the id of no record; a body may say anything. */
const IS_GONE = `
  case when delivery.record_id ~ '^\\d{1,18}$' then case concerned.resource
    ${deletable
      .map(
        ({ name, table }) => `when '${sqlName(name)}' then not exists (
      select from ${sqlName(table.name)} as copy
      where copy.shop_id = $1 and copy.id = delivery.record_id::bigint and copy.deleted_at is null
    )`,
      )
      .join('\n    ')}
  end end`

/**
 * Of a `delivery` (topic, received_at, record_id) with `concerned`: one from before the watermark has been read since. A
 * deletion is never read, and is made up for where the copy does not have the record, whoever found it gone. What Shopify
 * does not list has no excuse.
 */
export const IS_MADE_UP_FOR = `coalesce(case
    when delivery.topic like '%/delete' then ${IS_GONE}
    else concerned.is_read and delivery.received_at <= state.watermark
  end, false)`
