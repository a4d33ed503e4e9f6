/**
 * SQL text for records that come in bulk: unlogged tables that take them as COPY brings them.
 * As in mirror-sql.ts, only names from the resources' table definitions are put into it.
 */
import type { ChildTable, Resource, Table } from '../resources/resource'
import { name } from './mirror-sql'

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
       id bigint, digest text, source_updated_at timestamptz ${columnList(table)}
     ) with (autovacuum_enabled = off)`,
    `create unlogged table ${stage.unreadable} (id text, reason text)`,
    ...children.map(
      (child) => `create unlogged table ${stage.children(child.name)} (
        parent_id bigint, digest bit(64), id bigint ${columnList(child)}
      ) with (autovacuum_enabled = off)`,
    ),
  ].join(';\n')
}

export function dropStage({ children }: Resource, stage: StageNames): string {
  const tables = [stage.parents, stage.unreadable, ...children.map((child) => stage.children(child.name))]
  return `drop table if exists ${tables.join(', ')}`
}

/**
 * After the last COPY: what the merge looks up by, each record and child once. Of a record that was staged more than once
 * the newest stays. A record whose child cannot be read is left out as a whole.
 */
export function indexStage({ children }: Resource, stage: StageNames): string {
  return [
    uniqueIndex(stage.parents, 'id', 'source_updated_at desc'),
    ...children.map((child) => uniqueIndex(stage.children(child.name), 'parent_id, id', 'ctid desc')),
    // The first condition is asked once, and saves the walk through all records.
    `delete from ${stage.parents}
     where exists (select from ${stage.unreadable}) and id::text in (select id from ${stage.unreadable})`,
    `analyze ${stage.parents} (id)`,
    ...children.map((child) => `analyze ${stage.children(child.name)} (parent_id, id)`),
  ].join(';\n')
}

/** A file in which a row stands twice is rare: it is not looked for, but found when the index cannot be made. */
const uniqueIndex = (table: string, key: string, order: string) => `
  do $$
  begin
    create unique index on ${table} (${key});
  exception when unique_violation then
    delete from ${table} as staged using (
      select ctid, row_number() over (partition by ${key} order by ${order}) as place from ${table}
    ) as ranked
    where staged.ctid = ranked.ctid and ranked.place > 1;
    create unique index on ${table} (${key});
  end $$`

/** Children whose parent was not staged: Shopify's result does not hold together. $1: how many ids to name at most. */
export function orphans(child: ChildTable, stage: StageNames): string {
  return `
    select id from (
      select distinct child.parent_id::text as id from ${stage.children(child.name)} as child
      where not exists (select from ${stage.parents} as parent where parent.id = child.parent_id)
      offset 0 -- Most often there are none: what follows must not be asked of every child.
    ) as missing
    where id not in (select id from ${stage.unreadable})
    limit $1`
}

/** How many staged records have their time in [$1, $2); $1 null: before $2. */
export function countWithin(stage: StageNames, by: 'updated_at' | 'created_at'): string {
  const time = by === 'created_at' ? 'created_at' : 'source_updated_at'
  return `
    select count(*)::int as count from ${stage.parents}
    where ($1::timestamptz is null or ${time} >= $1) and ${time} < $2::timestamptz`
}

export function selectUnreadable(stage: StageNames): string {
  return `select distinct on (id) id, reason from ${stage.unreadable} order by id`
}

/** The digest of a staged record `parent` with all its children, as mergeStaged makes it up. */
export function wholeDigest(children: readonly ChildTable[], stage: StageNames): string {
  const ofChildren = children.map(
    (child) => `coalesce((
          select bit_xor(child.digest)::bigint
          from ${stage.children(child.name)} as child where child.parent_id = parent.id
        ), 0)`,
  )
  return `parent.digest || '.' || ${ofChildren.length > 0 ? `(${ofChildren.join(' # ')})` : '0'}`
}
