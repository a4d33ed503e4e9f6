/** SQL text that holds a staged list of everything against the copy. Names come from the resources' table definitions. */
import type { Resource, Table } from '../resources/resource'
import { ERASED, name } from './mirror-sql'
import { type StageNames, wholeDigest } from './staged-sql'

/**
 * Ids of live rows that are partial and were updated before the next window of $3 minutes' lookback begins. $1 shop_id,
 * $2 resource.
 */
export function selectLeftPartial(table: Table): string {
  return `
    select copy.id from ${name(table.name)} as copy
    join sync_states as state on state.shop_id = copy.shop_id and state.resource = $2
    where copy.shop_id = $1::bigint and copy.partial and copy.deleted_at is null
      and copy.source_updated_at < state.watermark - make_interval(mins => $3)
    order by copy.id`
}

/**
 * Records that Shopify listed and the copy lacks, or has in an older version; with `hasFields` also those of the same
 * version that differ in a field. A row whose newest version came by webhook is known to be partial, and no difference.
 * $1 shop_id, $2 when the list was begun.
 */
export function selectDifferences(resource: Resource, stage: StageNames, hasFields: boolean): string {
  const { table, children } = resource
  return `
    select staged.id, case
        when copy.id is null or copy.deleted_at is not null then 'missing'
        when staged.source_updated_at > copy.source_updated_at then 'stale'
        else 'different'
      end as kind, staged.source_updated_at as "sourceUpdatedAt", copy.source_updated_at as "copyUpdatedAt"
    from (
      select parent.id, parent.source_updated_at,
        ${hasFields ? wholeDigest(children, stage) : 'null'} as digest
      from ${stage.parents} as parent
    ) as staged
    left join ${name(table.name)} as copy on copy.shop_id = $1::bigint and copy.id = staged.id
    where case
      when copy.id is null then true
      when copy.deleted_via = '${ERASED}' then false
      when copy.deleted_at is not null then copy.observed_at < $2::timestamptz
      when copy.source_updated_at is null or staged.source_updated_at > copy.source_updated_at then true
      else ${hasFields ? 'staged.source_updated_at = copy.source_updated_at and not copy.partial and staged.digest <> copy.digest' : 'false'}
    end
    order by staged.id`
}
