import type { Pool } from 'pg'
import { name } from '~/db/mirror-sql'
import { pulledResources } from '~/resources/registry'
import type { Resource } from '~/resources/resource'
import { missedTopic } from '~/sync/reconcile'
import type { HourSpan } from './count-deliveries.server'

/**
 * A record's `updated_at` is a whole second, and a delivery may be triggered while the change is still being written: the
 * trigger may lie so much before it. Clocks of receiving processes may differ by more.
 */
const TRIGGERED_BEFORE = "interval '2 minutes'"
const RECEIVED_BEFORE = "interval '10 minutes'"

/** Shopify writes both times of a new record, which may be a second apart. */
const NEW_WITHIN_SECONDS = 2

/**
 * Whether the shop had been held against the copy since the installation, before the look that found the record gone: then
 * it went after that.
 */
const WAS_PROVED = `exists (
      select from sync_logs as earlier
      where earlier.shop_id = found.shop_id and earlier.sync_type = $3 and earlier.window_by = 'updated_at'
        and earlier.created_at >= shops.installed_at and earlier.finished_at < found.looked_at and earlier.state = 'succeeded'
    ) or exists (
      select from reconciliations as earlier
      where earlier.shop_id = found.shop_id and earlier.resource = $3
        and earlier.created_at >= shops.installed_at and earlier.finished_at < found.looked_at and earlier.state = 'succeeded'
    )`

/**
 * Counts, hour by hour, the changes of one resource that a scheduled pull or a reconciliation found and that no delivery
 * had announced. What was found in [$1, $2); $3 resource, $4 the topics of a creation, an update and a deletion, $5 how far
 * back deliveries are kept. A count never falls: what was found is overwritten later, by the next change.
 *
 * What it cannot know: a change that was overwritten before it was counted, within an hour and a quarter, so that losses
 * are rather more than this; which topic was missed, where a record changed several times (an update counts once, whatever
 * was announced of it); whether a delivery is lost or only later than the hour; and what is no list of Shopify's, such as
 * carts. An announcement that could not be applied is no loss: it came. What was changed before the installation could not
 * have been announced, nor can what changed before the oldest delivery that is kept be told. Of a deletion nobody knows when it
 * was: it counts where the record was there after the installation.
 */
const countOf = ({ table }: Resource) => `
  with found as (
    select shops.id as shop_id, copy.id::text as record_id, copy.source_updated_at as changed_at, copy.synced_at as found_at,
      run.created_at as looked_at, copy.deleted_at is not null as is_gone,
      ($4::text[])[case
        when copy.deleted_at is not null then 3
        when abs(extract(epoch from copy.source_updated_at - copy.created_at)) <= ${NEW_WITHIN_SECONDS} then 1
        else 2
      end] as topic
    from shops
    join ${name(table.name)} as copy on copy.shop_id = shops.id
    join sync_logs as run on run.shop_id = shops.id and run.id = copy.run_id
    where copy.synced_at >= $1 and copy.synced_at < $2 and copy.channel <> 'webhook'
      and run.mode = 'incremental' and run.window_by = 'updated_at'
      and (copy.deleted_at is null or copy.deleted_via in ('events', 'sweep'))
    union all
    select difference.shop_id, record_id, coalesce(source_updated_at, copy_updated_at), difference.created_at,
      reconciliation.created_at, kind = 'vanished', missed_topic
    from reconciliation_differences as difference
    left join reconciliations as reconciliation on reconciliation.id = reconciliation_id
    where difference.created_at >= $1 and difference.created_at < $2 and difference.resource = $3
  )
  insert into webhook_rollups as known (shop_id, topic, hour, lost)
  select found.shop_id, found.topic, date_trunc('hour', found.found_at, 'UTC') as hour, count(*)
  from found
  join shops on shops.id = found.shop_id and shops.uninstalled_at is null
  where case
      when found.is_gone then found.changed_at > shops.installed_at or ${WAS_PROVED}
      else found.changed_at > greatest(shops.installed_at, $5::timestamptz)
    end
    and not exists (
      select from webhook_deliveries as delivery
      where delivery.shop_id = found.shop_id and delivery.record_id = found.record_id and delivery.resource = $3
        and (found.changed_at is null or delivery.received_at >= found.changed_at - ${RECEIVED_BEFORE})
        and case
          when found.is_gone then delivery.topic = found.topic
          else coalesce(delivery.triggered_at, delivery.received_at) >= found.changed_at - ${TRIGGERED_BEFORE}
        end
    )
  group by 1, 2, 3
  order by 1, 2, 3
  on conflict (shop_id, topic, hour) do update set lost = excluded.lost
  where excluded.lost > known.lost`

const statements = Object.values(pulledResources).map((resource) => ({
  sql: countOf(resource),
  resource: resource.name,
  topics: (['missing', 'stale', 'vanished'] as const).map((kind) => missedTopic(resource, kind)),
}))

/** Over all shops, of hours that are past. `keptSince`: deliveries from before it may have been thrown away. */
export async function countLosses(pool: Pool, { from, to }: HourSpan, keptSince: Date): Promise<void> {
  for (const { sql, resource, topics } of statements) await pool.query(sql, [from, to, resource, topics, keptSince])
}
