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

/** What no bigint holds, or is none, is the id of no record; a body may say anything. */
const ID = {
  bigint: `case when delivery.record_id ~ '^\\d{1,18}$' then delivery.record_id::bigint end`,
  text: 'delivery.record_id',
}

/** Of each of these resources, a condition on its table, which is `copy`; false where the record's id is not known. */
const byResource = (chosen: readonly MirroredResource[], condition: (record: string) => string) => `
    case concerned.resource
      ${chosen
        .map(({ name, table }) => {
          const id = ID[table.idType ?? 'bigint']
          const record = `select from ${sqlName(table.name)} as copy where copy.shop_id = $1 and copy.id = ${id}`
          return `when '${sqlName(name)}' then ${id} is not null and ${condition(record)}`
        })
        .join('\n      ')}
    end`

const all = Object.values<MirroredResource>(resources)
const deletable = all.filter(({ topics }) => Object.keys(topics).some((topic) => topic.endsWith('/delete')))
/** Their webhooks carry whole records, and are all that tells of some of them. */
const toldWhole = all.filter(({ completeness }) => completeness !== 'A')

/**
 * Of a `delivery` (topic, triggered_at, received_at, record_id) with `concerned`. What a pull reads is made up for when it
 * came before the watermark. A deletion is never read: it is where the copy does not have the record, whoever found it gone.
 * What Shopify does not list is where a later version of the record came.
 */
export const IS_MADE_UP_FOR = `coalesce(case
    when delivery.topic like '%/delete' then ${byResource(deletable, (record) => `not exists (${record} and copy.deleted_at is null)`)}
    when concerned.is_read then delivery.received_at <= state.watermark
    else ${byResource(toldWhole, (record) => `exists (${record} and copy.observed_at > delivery.triggered_at)`)}
  end, false)`
