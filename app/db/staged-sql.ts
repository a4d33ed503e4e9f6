/**
 * SQL text for records that come in bulk: unlogged tables that take them as COPY brings them, and the merge from there.
 * As in mirror-sql.ts, only names from the resources' table definitions are put into it.
 */
import type { ChildTable, Resource, Table } from '../resources/resource'
import { CHILD_ASSIGNMENTS, childValue, IS_NEWER, name, PROVENANCE, SEEN_AGAIN } from './mirror-sql'

/** The schema of the tables that live as long as one bulk load; a migration makes it. */
export const STAGING_SCHEMA = 'staging'

export interface StageNames {
  parents: string
  children: (table: string) => string
  unreadable: string
}

/** `load`: what tells this load from others, in lower case letters, digits and underscores. */
export function stageNames(load: string): StageNames {
  const stage = (table: string) => `${STAGING_SCHEMA}.${name(`${load}_${table}`)}`
  return { parents: stage('parents'), children: stage, unreadable: stage('unreadable') }
}

const columnList = (table: Table) =>
  Object.entries(table.columns)
    .map(([column, type]) => `, ${name(column)} ${type}`)
    .join('')

export function createStage({ table, children }: Resource, stage: StageNames): string {
  return [
    `create unlogged table ${stage.parents} (
       id bigint, source_updated_at timestamptz, digest text ${columnList(table)}
     ) with (autovacuum_enabled = off)`,
    `create unlogged table ${stage.unreadable} (id text, reason text)`,
    ...children.map(
      (child) => `create unlogged table ${stage.children(child.name)} (
        id bigint, parent_id bigint, digest bigint ${columnList(child)}
      ) with (autovacuum_enabled = off)`,
    ),
  ].join(';\n')
}

export function dropStage({ children }: Resource, stage: StageNames): string {
  const tables = [stage.parents, stage.unreadable, ...children.map((child) => stage.children(child.name))]
  return `drop table if exists ${tables.join(', ')}`
}

/** After the last COPY: what the merge looks up by. A record whose child cannot be read is left out as a whole. */
export function indexStage({ children }: Resource, stage: StageNames): string {
  return [
    `delete from ${stage.parents} where id::text in (select id from ${stage.unreadable})`,
    `create index on ${stage.parents} (id)`,
    ...children.map((child) => `create index on ${stage.children(child.name)} (parent_id)`),
    ...[stage.parents, ...children.map((child) => stage.children(child.name))].map((table) => `analyze ${table}`),
  ].join(';\n')
}

/** Every $1-th id of the staged records in their order: where each batch begins. */
export function batchStarts(stage: StageNames): string {
  return `
    select id from (select id, row_number() over (order by id) as place from ${stage.parents}) as staged
    where (place - 1) % $1 = 0
    order by id`
}

/** Children whose parent was not staged: Shopify's result does not hold together. $1: how many ids to name at most. */
export function orphans(child: ChildTable, stage: StageNames): string {
  return `
    select distinct child.parent_id as id from ${stage.children(child.name)} as child
    where not exists (select from ${stage.parents} as parent where parent.id = child.parent_id)
      and child.parent_id::text not in (select id from ${stage.unreadable})
    limit $1`
}

/**
 * Merges the staged records with $5 <= id < $6 (null: to the end) and their children, in one statement. Every record is
 * guarded as in mergeParents; what the copy has already, by its digest, is left alone.
 *
 * $1 shop_id, $2 channel, $3 run_id, $4 observed_at. Gives `read`, `unchanged` and `written`; the rest of `read` was older
 * than the copy.
 */
export function mergeStaged({ table, children }: Resource, stage: StageNames): string {
  const columns = Object.keys(table.columns).map(name)
  const inBatch = (column: string) => `${column} >= $5::bigint and ($6::bigint is null or ${column} < $6::bigint)`
  const all = [...columns, ...PROVENANCE, 'digest']
  const sums = children.map((child) => `coalesce(of_${name(child.name)}.digest, 0)`)
  return `
    with ${children
      .map(
        (child) => `staged_${child.name} as materialized (
      select distinct on (child.parent_id, child.id) child.* from ${stage.children(child.name)} as child
      where ${inBatch('child.parent_id')}
      order by child.parent_id, child.id
    ),
    of_${child.name} as (select parent_id, bit_xor(digest) as digest from staged_${child.name} group by parent_id),
    `,
      )
      .join('')}
    incoming as materialized (
      select distinct on (parent.id) parent.id, parent.source_updated_at, ${columns.map((column) => `parent.${column}, `).join('')}
        parent.digest || '.' || ${sums.length > 0 ? `(${sums.join(' # ')})` : '0'} as digest
      from ${stage.parents} as parent
      ${children.map((child) => `left join of_${child.name} on of_${child.name}.parent_id = parent.id`).join('\n      ')}
      where ${inBatch('parent.id')}
      order by parent.id, parent.source_updated_at desc
    ),
    changed as materialized (
      select incoming.* from incoming
      where not exists (
        select from ${name(table.name)} as copy
        where copy.shop_id = $1::bigint and ${inBatch('copy.id')}
          and copy.id = incoming.id and copy.digest = incoming.digest and copy.deleted_at is null
      )
    ),
    seen_again as (
      update ${name(table.name)} as copy set observed_at = incoming.observed_at
      from (select id, digest, $4::timestamptz as observed_at from incoming) as incoming
      where copy.shop_id = $1::bigint and ${inBatch('copy.id')}
        and copy.id = incoming.id and copy.digest = incoming.digest and copy.deleted_at is null and ${SEEN_AGAIN}
    ),
    accepted as (
      insert into ${name(table.name)} as copy (shop_id, id, ${all.join(', ')})
      select $1::bigint, id, ${columns.map((column) => `${column}, `).join('')}
        source_updated_at, $4::timestamptz, clock_timestamp(), $2, $3::bigint, null, false, digest
      from changed
      order by id
      on conflict (shop_id, id) do update set
        ${all.map((column) => `${column} = excluded.${column}`).join(', ')}, deleted_at = null, deleted_via = null
      where ${IS_NEWER}
      returning copy.id, copy.source_updated_at, xmax <> 0 as was_there
    ),
    ${children.map((child) => mergeStagedChild(child)).join('')}
    counted as (select count(*) as read from incoming)
    select counted.read::int, (counted.read - (select count(*) from changed))::int as unchanged,
      (select count(*) from accepted)::int as written
    from counted`
}

function mergeStagedChild(child: ChildTable): string {
  const columns = Object.keys(child.columns).map(name)
  const all = [name(child.parentColumn), ...columns, ...PROVENANCE]
  return `
    merged_${child.name} as (
      insert into ${name(child.name)} as copy (shop_id, id, ${all.join(', ')})
      select $1::bigint, staged.id, staged.parent_id, ${columns.map((column) => `staged.${column}, `).join('')}
        accepted.source_updated_at, $4::timestamptz, clock_timestamp(), $2, $3::bigint, null, false
      from staged_${child.name} as staged join accepted on accepted.id = staged.parent_id
      order by staged.id
      on conflict (shop_id, id) do update set
        ${all.map((column) => `${column} = ${childValue(child, column)}`).join(', ')}, ${CHILD_ASSIGNMENTS}
    ),
    gone_${child.name} as (
      update ${name(child.name)} as copy
      set deleted_at = $4::timestamptz, deleted_via = 'replaced', observed_at = $4::timestamptz,
        source_updated_at = accepted.source_updated_at, synced_at = clock_timestamp(), channel = $2, run_id = $3::bigint,
        delivery_id = null
      from accepted
      where accepted.was_there and copy.shop_id = $1::bigint and copy.${name(child.parentColumn)} = accepted.id
        and copy.deleted_at is null
        and not exists (
          select from staged_${child.name} as staged where staged.parent_id = accepted.id and staged.id = copy.id
        )
    ),
    `
}

/** How many staged records were created before $1. */
export function countCreatedBefore(stage: StageNames): string {
  return `select count(distinct id)::int as count from ${stage.parents} where created_at < $1::timestamptz`
}

export function selectUnreadable(stage: StageNames): string {
  return `select distinct on (id) id, reason from ${stage.unreadable} order by id`
}

/** The digest of a staged record `parent` with all its children, as mergeStaged makes it up. */
export function wholeDigest(children: readonly ChildTable[], stage: StageNames): string {
  const ofChildren = children.map(
    (child) => `coalesce((
          select bit_xor(child.digest)
          from (select distinct on (id) digest from ${stage.children(child.name)} where parent_id = parent.id order by id) as child
        ), 0)`,
  )
  return `parent.digest || '.' || ${ofChildren.length > 0 ? `(${ofChildren.join(' # ')})` : '0'}`
}
