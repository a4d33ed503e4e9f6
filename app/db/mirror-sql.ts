/**
 * SQL text for mirrored tables. Only names from the resources' table definitions are put into it; every value is a
 * parameter. The rows of a table travel as one JSON parameter, so that a page costs a few statements whatever its size.
 */
import type { ChildTable, ColumnType, MirroredResource, Table } from '../resources/resource'

/** How a record ended that was erased for its owner's sake: nothing brings it back, and nothing takes this mark from it. */
export const ERASED = 'customers/redact'

const IDENTIFIER = /^[a-z][a-z0-9_]*$/

export function name(identifier: string): string {
  if (!IDENTIFIER.test(identifier)) throw new Error(`${identifier} cannot be the name of a column or table`)
  return identifier
}

/** `title text, tags text[]`: the shape of the JSON rows. */
function shape(columns: readonly string[], types: Readonly<Record<string, ColumnType>>): string {
  return columns.map((column) => `${name(column)} ${types[column] ?? unknown(column)}`).join(', ')
}

function unknown(column: string): never {
  throw new Error(`${column} is not a column of the table`)
}

const idType = (table: Table) => table.idType ?? 'bigint'

/** What every mirrored row has besides its own columns and `deleted_*`, and how the merge fills it. */
export const PROVENANCE = [
  'source_updated_at',
  'observed_at',
  'synced_at',
  'channel',
  'run_id',
  'delivery_id',
  'partial',
] as const

/**
 * The guard of every merge: whether the row that comes (`excluded`) replaces the one that is there (`copy`).
 *
 * Newer is decided on Shopify's clock by (source_updated_at, observed_at); on a tie a pull beats a webhook. A tombstone
 * yields only to a pull or bulk read that saw the record after its deletion, and an erased person's to nothing. A record
 * whose digest is the stored one is left alone.
 */
export const IS_NEWER = `case
      when copy.deleted_via = '${ERASED}' then false
      when copy.deleted_at is not null then
        excluded.channel <> 'webhook' and excluded.observed_at > copy.observed_at
      when copy.digest = excluded.digest then false
      when copy.source_updated_at is null or excluded.source_updated_at > copy.source_updated_at then true
      when excluded.source_updated_at < copy.source_updated_at then false
      when excluded.observed_at = copy.observed_at then excluded.channel <> 'webhook' and copy.channel = 'webhook'
      else excluded.observed_at > copy.observed_at
    end`

/** What a child's column becomes where the child is there already. */
export const childValue = (child: ChildTable, column: string) =>
  child.keepsKnown.includes(column) ? `coalesce(excluded.${column}, copy.${column})` : `excluded.${column}`

/** A child that is there again is no tombstone any more. */
export const CHILD_ASSIGNMENTS = 'deleted_at = null, deleted_via = null'

/** The children that records bring, by the columns that they carry: some may carry others than others. */
export interface Listed {
  child: ChildTable
  /** What each kind of rows carries. None: the records have no children of this table. */
  kinds: readonly { columns: readonly string[] }[]
}

/**
 * Writes the records that are newer than what is there, by IS_NEWER, with their children, and returns their shop_id and id.
 * They are no longer set aside, but for one that was while this waited for a lock: that one is read again. Rows are written in
 * the order of these, so that two transactions wait for each other instead of deadlocking.
 *
 * $1 rows as JSON with `shop_id`, $2 channel, $3 run_id, $4 partial; from $5 on, for each kind of children in the order of
 * `listed`, rows as JSON with `shop_id` and `parent_id`.
 */
export function mergeRecords(
  { name: resource, table }: MirroredResource,
  carried: readonly string[],
  listed: readonly Listed[],
): string {
  const kinds = listed.flatMap(({ child, kinds }) => kinds.map(({ columns }) => ({ child, columns })))
  const children = kinds.map(({ child, columns }, index) => {
    return `, children_${index} as (${mergeChildren(table, child, columns, FIRST_CHILDREN + index)})`
  })
  return `
    with written as (${mergeParents(table, carried)}), known as (
      delete from set_aside_records as aside using written
      where aside.shop_id = written.shop_id and aside.resource = '${name(resource)}' and aside.record_id = written.id::text
    )${children.join('')}
    select shop_id, id from written`
}

const FIRST_CHILDREN = 5

function mergeParents(table: Table, carried: readonly string[]): string {
  const columns = [...carried, ...PROVENANCE, 'digest'].map(name)
  return `
    insert into ${name(table.name)} as copy (shop_id, id, ${columns.join(', ')})
    select incoming.shop_id, incoming.id, ${carried.map((column) => `incoming.${name(column)}, `).join('')}
      incoming.source_updated_at, incoming.observed_at, clock_timestamp(), $2, $3::bigint, incoming.delivery_id, $4::boolean,
      incoming.digest
    from json_to_recordset($1::json) as incoming (
      shop_id bigint, id ${idType(table)}, source_updated_at timestamptz, observed_at timestamptz, delivery_id bigint, digest text
      ${carried.length > 0 ? `, ${shape(carried, table.columns)}` : ''}
    )
    order by incoming.shop_id, incoming.id
    on conflict (shop_id, id) do update set
      ${columns.map((column) => `${column} = excluded.${column}`).join(', ')},
      deleted_at = null, deleted_via = null
    where ${IS_NEWER}
    returning copy.shop_id, copy.id, copy.source_updated_at, copy.observed_at, copy.delivery_id`
}

/**
 * The children of the records that were `written`. They need no guard of their own: their parent has passed it and is locked
 * by this transaction. A child has its parent's clock and provenance, and if two of them name it, one parent.
 */
function mergeChildren(parent: Table, child: ChildTable, carried: readonly string[], parameter: number): string {
  const columns = [name(child.parentColumn), ...carried, ...PROVENANCE].map(name)
  return `
    insert into ${name(child.name)} as copy (shop_id, id, ${columns.join(', ')})
    select distinct on (incoming.shop_id, incoming.id) incoming.shop_id, incoming.id, incoming.parent_id,
      ${carried.map((column) => `incoming.${name(column)}, `).join('')}
      written.source_updated_at, written.observed_at, clock_timestamp(), $2, $3::bigint, written.delivery_id, $4::boolean
    from json_to_recordset($${parameter}::json) as incoming (
      shop_id bigint, id ${idType(child)}, parent_id ${idType(parent)} ${carried.length > 0 ? `, ${shape(carried, child.columns)}` : ''}
    )
    join written on written.shop_id = incoming.shop_id and written.id = incoming.parent_id
    order by incoming.shop_id, incoming.id, incoming.parent_id desc
    on conflict (shop_id, id) do update set
      ${columns.map((column) => `${column} = ${childValue(child, column)}`).join(', ')}, ${CHILD_ASSIGNMENTS}`
}

/**
 * Whether a row that was found unchanged (`copy`, `incoming`) is still so fresh that it matters when it was seen last.
 *
 * Versions of one second are told apart by when they were shown, and a pull knows that only as a lower bound. A webhook of
 * an older version that arrives hours later must not pass for newer, so as long as a pull's window brings a record again,
 * its row remembers the latest time at which it was seen like this. After an hour no message of that second can compete.
 */
export const SEEN_AGAIN = `copy.observed_at < incoming.observed_at
      and copy.observed_at < copy.source_updated_at + interval '1 hour'`

/**
 * Of the records $1 (shop_id) and $2 (id), those whose stored digest is the one at the same place in $3; they were seen again
 * at the time of $4. All four are arrays.
 */
export function confirmUnchanged(table: Table): string {
  return `
    with incoming as (
      select * from unnest($1::bigint[], $2::${idType(table)}[], $3::text[], $4::timestamptz[])
        as incoming (shop_id, id, digest, observed_at)
    ), seen_again as (
      update ${name(table.name)} as copy set observed_at = incoming.observed_at
      from incoming
      where copy.shop_id = incoming.shop_id and copy.id = incoming.id and copy.digest = incoming.digest
        and copy.deleted_at is null and ${SEEN_AGAIN}
    )
    select copy.shop_id, copy.id
    from incoming
    join ${name(table.name)} as copy
      on copy.shop_id = incoming.shop_id and copy.id = incoming.id and copy.digest = incoming.digest
    where copy.deleted_at is null`
}

/** Where a child came from: one that the accepted version of its parent brought has all of these from the parent. */
const FROM_PARENT = ['source_updated_at', 'observed_at', 'channel', 'run_id', 'delivery_id']

const fromParent = (alias: string) => `(${FROM_PARENT.map((column) => `${alias}.${column}`).join(', ')})`

/**
 * Of the records that mergeRecords was just given, $1 (shop_id) and $2 (id), those that have other children than it writes for
 * them: their shop_id and id. $3 source_updated_at, $4 observed_at and $5 delivery_id of what it was given, all arrays;
 * $6 channel, $7 run_id. Of one that it has refused this says nothing. A statement of its own, for it has to see what was
 * committed while mergeRecords waited for a lock. It looks at each record's children, never at all of a table to join it.
 */
export function selectWithGoneChildren(parent: Table, children: readonly ChildTable[]): string {
  const gone = children.map(
    (child, index) => `
      left join lateral (
        select true as is_there from ${name(child.name)} as copy
        where copy.shop_id = given.shop_id and copy.${name(child.parentColumn)} = given.id and copy.deleted_at is null
          and ${fromParent('copy')} is distinct from ${fromParent('given')}
        limit 1
      ) as gone_${index} on true`,
  )
  return `
    select given.shop_id, given.id
    from (
      select *, $6::text as channel, $7::bigint as run_id
      from unnest($1::bigint[], $2::${idType(parent)}[], $3::timestamptz[], $4::timestamptz[], $5::bigint[])
        as given (shop_id, id, source_updated_at, observed_at, delivery_id)
    ) as given
    ${gone.join('')}
    where ${children.map((_, index) => `gone_${index}.is_there`).join(' or ')}`
}

/** Tombstones the children of the accepted parents, $1 (shop_id) and $2 (id), that these no longer have. */
export function tombstoneGoneChildren(parent: Table, child: ChildTable): string {
  return `
    update ${name(child.name)} as copy
    set deleted_at = parent.observed_at, deleted_via = 'replaced', synced_at = clock_timestamp(),
      ${FROM_PARENT.map((column) => `${column} = parent.${column}`).join(', ')}
    from unnest($1::bigint[], $2::${idType(parent)}[]) as accepted (shop_id, id)
    join ${name(parent.name)} as parent using (shop_id, id)
    where copy.shop_id = parent.shop_id and copy.${name(child.parentColumn)} = parent.id and copy.deleted_at is null
      and ${fromParent('copy')} is distinct from ${fromParent('parent')}`
}

/**
 * Remembers deletions, also of records that never arrived. A pull that saw the record later wins. Of two deletions the
 * later one counts, in whichever order they are told.
 * $1 rows as JSON (id, observed_at, delivery_id, via), $2 shop_id, $3 channel, $4 run_id.
 */
export function tombstoneParents(table: Table): string {
  return `
    insert into ${name(table.name)} as copy
      (shop_id, id, observed_at, synced_at, channel, run_id, delivery_id, partial, deleted_at, deleted_via)
    select $2::bigint, gone.id, gone.observed_at, clock_timestamp(), $3, $4::bigint, gone.delivery_id, true,
      gone.observed_at, gone.via
    from json_to_recordset($1::json) as gone (id ${idType(table)}, observed_at timestamptz, delivery_id bigint, via text)
    order by gone.id
    on conflict (shop_id, id) do update set
      observed_at = excluded.observed_at, synced_at = excluded.synced_at, channel = excluded.channel,
      run_id = excluded.run_id, delivery_id = excluded.delivery_id, digest = null,
      deleted_at = excluded.deleted_at, deleted_via = excluded.deleted_via
    where case
      when copy.deleted_via = '${ERASED}' then false
      when copy.deleted_at is not null then excluded.observed_at > copy.observed_at
      else copy.channel = 'webhook' or excluded.observed_at >= copy.observed_at
    end
    returning copy.id`
}

/** Children follow their parent into the tombstone. $1 shop_id, $2 parents (ids). */
export function tombstoneChildren(parent: Table, child: ChildTable): string {
  return `
    update ${name(child.name)} as copy
    set deleted_at = parent.deleted_at, deleted_via = parent.deleted_via, observed_at = parent.observed_at,
      synced_at = clock_timestamp(), channel = parent.channel, run_id = parent.run_id, delivery_id = parent.delivery_id
    from ${name(parent.name)} as parent
    where copy.shop_id = $1::bigint and copy.${name(child.parentColumn)} = any ($2::${idType(parent)}[]) and copy.deleted_at is null
      and parent.shop_id = copy.shop_id and parent.id = copy.${name(child.parentColumn)}`
}

/** Those of $2 (ids) that the shop $1 has in the copy. */
export function selectLive(table: Table): string {
  return `
    select id from ${name(table.name)}
    where shop_id = $1::bigint and id = any ($2::${idType(table)}[]) and deleted_at is null
    order by id`
}

/** How many records the shop $1 has in the copy. */
export function countLive(table: Table): string {
  return `select count(*)::int as count from ${name(table.name)} where shop_id = $1::bigint and deleted_at is null`
}

/**
 * Ids of the copy that are not in $2 (ids) and were last written before $3, $1 shop_id. `isUnseen`: the record is
 * older than $4 days and than all that Shopify listed, so it may be there without being shown. $4 null: none is. A day
 * less counts: while a list is written and what it lacks is asked for, records come of age.
 * `alsoListed`: a select of more ids. `within`: a further condition.
 */
export function selectVanished(table: Table, alsoListed?: string, within = 'true'): string {
  return `
    with listed as (
      select id from unnest($2::${idType(table)}[]) as listed (id)
      ${alsoListed === undefined ? '' : `union all ${alsoListed}`}
    ),
    oldest as (
      select min(copy.created_at) as created_at from ${name(table.name)} as copy
      where copy.shop_id = $1::bigint and copy.id in (select id from listed)
    )
    select copy.id, copy.source_updated_at as "copyUpdatedAt", coalesce(
      $4::int is not null and copy.created_at < $3::timestamptz - make_interval(days => greatest($4::int - 1, 0))
        and (oldest.created_at is null or copy.created_at < oldest.created_at), false) as "isUnseen"
    from ${name(table.name)} as copy, oldest
    where copy.shop_id = $1::bigint and copy.deleted_at is null and copy.observed_at < $3::timestamptz
      and not exists (select from listed where listed.id = copy.id) and ${within}
    order by copy.id`
}

/** For selectVanished: only what was created in [$5, $6). */
export const CREATED_WITHIN = 'copy.created_at >= $5::timestamptz and copy.created_at < $6::timestamptz'

/** Ids of $2 that the copy lacks, unless it learned of their deletion after $3. $1 shop_id. */
export function selectMissing(table: Table): string {
  return `
    select listed.id from unnest($2::${idType(table)}[]) as listed (id)
    where not exists (
      select from ${name(table.name)} as copy
      where copy.shop_id = $1::bigint and copy.id = listed.id
        and (copy.deleted_at is null or copy.deleted_via = '${ERASED}' or copy.observed_at >= $3::timestamptz)
    )
    order by listed.id`
}
