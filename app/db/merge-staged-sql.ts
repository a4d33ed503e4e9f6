/**
 * SQL text that merges staged records into the copy, a batch at a time. As in mirror-sql.ts, only names from the resources'
 * table definitions are put into it.
 */
import type { ChildTable, Resource, Table } from '../resources/resource'
import { CHILD_ASSIGNMENTS, childValue, IS_NEWER, name, PROVENANCE, SEEN_AGAIN } from './mirror-sql'
import type { StageNames } from './staged-sql'

/** Every $1-th id of the staged records in their order: where each batch begins. */
export function batchStarts(stage: StageNames): string {
  return `
    select id from (select id, row_number() over (order by id) as place from ${stage.parents}) as staged
    where (place - 1) % $1 = 0
    order by id`
}

const inBatch = (column: string) => `${column} >= $5::bigint and ($6::bigint is null or ${column} < $6::bigint)`

/** The digest of each staged record `parent` of a batch, from those of its row and of its children. */
const digests = (children: readonly ChildTable[], stage: StageNames) => ({
  digest: `parent.digest || '.' || ${
    children.length > 0 ? `(${children.map(({ name }) => `coalesce(of_${name}.digest, 0)`).join(' # ')})` : '0'
  }`,
  joins: children
    .map(
      ({ name }) => `
        left join (
          select parent_id, bit_xor(digest)::bigint as digest from ${stage.children(name)}
          where ${inBatch('parent_id')}
          group by parent_id
        ) as of_${name} on of_${name}.parent_id = parent.id`,
    )
    .join(''),
})

/** Whether the copy has any record with $2 <= id < $3 (null: to the end). $1 shop_id. */
export function selectIsEmpty(table: Table): string {
  return `
    select not exists (
      select from ${name(table.name)}
      where shop_id = $1::bigint and id >= $2::bigint and ($3::bigint is null or id < $3::bigint)
    ) as "isEmpty"`
}

const PROVENANCE_OF_BATCH = `$4::timestamptz, clock_timestamp(), $2, $3::bigint, null, false`

/**
 * Stores the staged records with $5 <= id < $6 (null: to the end), none of which the copy has. One that another
 * transaction has stored meanwhile is a unique violation: then mergeStaged has to weigh them. Without the guard's
 * speculative insertion this takes two thirds of the time.
 *
 * $1 shop_id, $2 channel, $3 run_id, $4 observed_at.
 */
export function insertStaged({ table, children }: Resource, stage: StageNames): string {
  const columns = Object.keys(table.columns).map(name)
  const { digest, joins } = digests(children, stage)
  return `
    insert into ${name(table.name)} (shop_id, id, ${[...columns, ...PROVENANCE, 'digest'].join(', ')})
    select $1::bigint, parent.id, ${columns.map((column) => `parent.${column}, `).join('')}
      parent.source_updated_at, ${PROVENANCE_OF_BATCH}, ${digest}
    from ${stage.parents} as parent ${joins}
    where ${inBatch('parent.id')}
    order by parent.id`
}

/** The children of what insertStaged has stored, with the same parameters. */
export function insertStagedChildren(child: ChildTable, stage: StageNames): string {
  const columns = Object.keys(child.columns).map(name)
  return `
    insert into ${name(child.name)} (shop_id, id, ${[name(child.parentColumn), ...columns, ...PROVENANCE].join(', ')})
    select $1::bigint, staged.id, staged.parent_id, ${columns.map((column) => `staged.${column}, `).join('')}
      parent.source_updated_at, ${PROVENANCE_OF_BATCH}
    from ${stage.children(child.name)} as staged join ${stage.parents} as parent on parent.id = staged.parent_id
    where ${inBatch('staged.parent_id')} and ${inBatch('parent.id')}
    order by staged.id`
}

/**
 * Merges the staged records with $5 <= id < $6 (null: to the end) and their children, in one statement. Every record is
 * guarded as in mergeRecords; what the copy has already, by its digest, is left alone.
 *
 * $1 shop_id, $2 channel, $3 run_id, $4 observed_at. Gives `read`, `unchanged` and `written`; the rest of `read` was older
 * than the copy. `replaced`: the ids of those written that the copy had. What these have no more is not looked for here, for
 * this statement does not see what was committed while it waited for their locks: see tombstoneGoneChildren.
 */
export function mergeStaged({ table, children }: Resource, stage: StageNames): string {
  const columns = Object.keys(table.columns).map(name)
  const all = [...columns, ...PROVENANCE, 'digest']
  const { digest, joins } = digests(children, stage)
  return `
    with incoming as (
      select parent.id, ${digest} as digest, $4::timestamptz as observed_at
      from ${stage.parents} as parent ${joins}
      where ${inBatch('parent.id')}
    ),
    compared as materialized (
      select incoming.*, copy.id is not null as is_unchanged, coalesce(${SEEN_AGAIN}, false) as is_seen_again
      from incoming left join ${name(table.name)} as copy
        on copy.shop_id = $1::bigint and ${inBatch('copy.id')}
        and copy.id = incoming.id and copy.digest = incoming.digest and copy.deleted_at is null
    ),
    seen_again as (
      update ${name(table.name)} as copy set observed_at = incoming.observed_at
      from (select * from compared where is_seen_again) as incoming
      where copy.shop_id = $1::bigint and ${inBatch('copy.id')}
        and copy.id = incoming.id and copy.digest = incoming.digest and copy.deleted_at is null and ${SEEN_AGAIN}
    ),
    accepted as (
      insert into ${name(table.name)} as copy (shop_id, id, ${all.join(', ')})
      select $1::bigint, parent.id, ${columns.map((column) => `parent.${column}, `).join('')}
        parent.source_updated_at, ${PROVENANCE_OF_BATCH}, changed.digest
      from (select * from compared where not is_unchanged) as changed
      join ${stage.parents} as parent on parent.id = changed.id
      where ${inBatch('parent.id')}
      order by parent.id
      on conflict (shop_id, id) do update set
        ${all.map((column) => `${column} = excluded.${column}`).join(', ')}, deleted_at = null, deleted_via = null
      where ${IS_NEWER}
      returning copy.id, copy.source_updated_at, xmax <> 0 as was_there
    ),
    ${children.map((child) => mergeStagedChild(child, stage)).join('')}
    counted as (select count(*) as read, count(*) filter (where is_unchanged) as unchanged from compared)
    select read::int, unchanged::int, (select count(*) from accepted)::int as written,
      array(select id from accepted where was_there) as replaced
    from counted`
}

function mergeStagedChild(child: ChildTable, stage: StageNames): string {
  const columns = Object.keys(child.columns).map(name)
  const all = [name(child.parentColumn), ...columns, ...PROVENANCE]
  return `
    merged_${child.name} as (
      insert into ${name(child.name)} as copy (shop_id, id, ${all.join(', ')})
      select distinct on (staged.id) $1::bigint, staged.id, staged.parent_id,
        ${columns.map((column) => `staged.${column}, `).join('')}
        accepted.source_updated_at, ${PROVENANCE_OF_BATCH}
      from ${stage.children(child.name)} as staged join accepted on accepted.id = staged.parent_id
      where ${inBatch('staged.parent_id')}
      order by staged.id, staged.parent_id desc
      on conflict (shop_id, id) do update set
        ${all.map((column) => `${column} = ${childValue(child, column)}`).join(', ')}, ${CHILD_ASSIGNMENTS}
    ),
    `
}
