/**
 * The one writer of mirrored tables: a CopyPort on a connection that is inside a transaction. What it is asked for before
 * it has answered is done in the order in which it was asked for.
 */
import type { PoolClient } from 'pg'
import type { CanonicalRecord, ChildTable, MirroredResource, Row } from '~/resources/resource'
import { compareInstants } from '~/sync/ingest'
import type {
  CopyPort,
  Merged,
  MergeTarget,
  ObservedDeletion,
  ObservedRecord,
  SetAside,
  ShopRecords,
  Writer,
} from '~/sync/ports'
import { createDigest } from './digest'
import { withoutErased } from './erased-people.server'
import {
  confirmUnchanged,
  mergeRecords,
  selectWithGoneChildren,
  tombstoneChildren,
  tombstoneGoneChildren,
  tombstoneParents,
} from './mirror-sql'
import { prepared } from './prepared'
import { allOf, inOrder, type Statements } from './statements'

export function copyPort(connection: PoolClient | Statements): CopyPort {
  const client = inOrder(connection)
  return {
    merge: (writer, shops) => merge(client, writer, shops),
    tombstone: (target, deletions) => tombstone(client, target, deletions),
    setAside: (target, records) => setAside(client, target, records),
  }
}

/** A record on its way to its table. */
interface Incoming {
  shopId: string
  observed: ObservedRecord
}

/** What a statement tells records of several shops apart by. */
interface Place {
  shop_id: string
  id: string
}

const placeOf = ({ shopId, observed }: Incoming): Place => ({ shop_id: shopId, id: observed.record.id })
const keyOf = ({ shop_id, id }: Place) => `${shop_id} ${id}`

/** Places as a pair of arrays. */
const columnsOfPlaces = (places: readonly Place[]) => [places.map(({ shop_id }) => shop_id), places.map(({ id }) => id)]

async function merge(client: Statements, writer: Writer, given: readonly ShopRecords[]): Promise<Merged[]> {
  const shops = await withoutErased(client, writer, given)
  const incoming = shops.flatMap(({ shopId, records }) => records.map((observed) => ({ shopId, observed })))
  const written = new Set<string>()
  const unchanged = new Set<string>()
  await allOf(byCarriedColumns(incoming).map((group) => mergeGroup(client, writer, group, { written, unchanged })))
  return shops.map(({ shopId, records }) => {
    const merged: Merged = { written: [], unchanged: [], stale: [] }
    for (const { record } of records) {
      const key = keyOf({ shop_id: shopId, id: record.id })
      merged[written.has(key) ? 'written' : unchanged.has(key) ? 'unchanged' : 'stale'].push(record.id)
    }
    return merged
  })
}

/**
 * Records of one group carry the same columns, also in their children, so that one statement can write them. It writes each row
 * once: a record whose own children differ in their columns is a group of its own, for another may name one of them, too. The
 * groups have always the same order: who is given the same records in another one would lock them crosswise.
 */
function byCarriedColumns(incoming: readonly Incoming[]): Incoming[][] {
  const signature = (one: Incoming) => {
    const { fields, children } = one.observed.record
    const kinds = Object.entries(children).map(([table, rows]) => ({
      table,
      columns: [...new Set(rows.map(columnsOf))],
    }))
    const isMixed = kinds.some(({ columns }) => columns.length > 1)
    const ofChildren = kinds.map(({ table, columns }) => `${table}:${columns.join('|')}`)
    return [columnsOf(fields), ...ofChildren, isMixed ? keyOf(placeOf(one)) : ''].join(';')
  }
  const groups = [...Map.groupBy(incoming, signature)]
  return groups.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, group]) => group)
}

/** One normalizer always gives them in the same order; another order costs a statement, and nothing else. */
const columnsOf = (row: object) => Object.keys(row).join()

/** Adds the keys of what was written, and of what the copy has already, to `found`. */
async function mergeGroup(
  client: Statements,
  writer: Writer,
  group: readonly Incoming[],
  found: { written: Set<string>; unchanged: Set<string> },
): Promise<void> {
  const { resource, channel, runId } = writer
  const { record: first } = group[0]!.observed
  const carried = carriedColumns(first.fields)
  const partial = !isWhole(resource, first)
  // Deletes and partial writes have no digest.
  const digestOf = createDigest(resource)
  const rows = group.map(({ shopId, observed }) => ({
    ...observed.record.fields,
    shop_id: shopId,
    id: observed.record.id,
    source_updated_at: observed.record.sourceUpdatedAt,
    observed_at: observed.observedAt,
    delivery_id: observed.deliveryId,
    digest: partial ? null : digestOf(observed.record),
  }))
  const listed = listedBy(resource, group)
  const merging = client.query<Place>(
    prepared(mergeRecords(resource, carried, listed), [
      JSON.stringify(rows),
      channel,
      runId,
      partial,
      ...listed.flatMap(({ kinds }) => kinds.map(({ rows }) => JSON.stringify(rows))),
    ]),
  )
  const writing = merging.then((answer) => new Set(answer.rows.map(keyOf)))
  const tables = listed.map(({ child }) => child)
  // Few webhooks are refused, so that it need not be waited for which. Most of what a pull brings is there already.
  const looking =
    channel === 'webhook'
      ? withGoneChildren(client, writer, tables, group)
      : writing.then((written) => {
          const accepted = group.filter((one) => written.has(keyOf(placeOf(one))))
          return withGoneChildren(client, writer, tables, accepted)
        })
  const [written, withGone] = await allOf([writing, looking])
  for (const key of written) found.written.add(key)
  const losing = withGone.filter((place) => written.has(keyOf(place)))
  if (losing.length > 0)
    for (const child of tables)
      await client.query(tombstoneGoneChildren(resource.table, child), columnsOfPlaces(losing))
  const unchanged = await unchangedOf(
    client,
    resource,
    rows.filter((row) => !written.has(keyOf(row))),
  )
  for (const place of unchanged) found.unchanged.add(keyOf(place))
  await forgetSetAside(client, writer, unchanged)
}

const carriedColumns = (row: Row) => Object.keys(row).filter((column) => column !== 'id')

function isWhole(resource: MirroredResource, record: CanonicalRecord): boolean {
  const hasAll = (row: Row, columns: Row) => Object.keys(columns).every((column) => column in row)
  return (
    hasAll(record.fields, resource.table.columns) &&
    resource.children.every((child) => record.children[child.name]?.every((row) => hasAll(row, child.columns)) ?? false)
  )
}

async function unchangedOf(
  client: Statements,
  resource: MirroredResource,
  rows: readonly (Place & { digest: string | null; observed_at: string })[],
): Promise<Place[]> {
  const whole = rows.filter(({ digest }) => digest !== null)
  if (whole.length === 0) return []
  const values = [
    ...columnsOfPlaces(whole),
    whole.map(({ digest }) => digest),
    whole.map(({ observed_at }) => observed_at),
  ]
  const result = await client.query<Place>(confirmUnchanged(resource.table), values)
  return result.rows
}

/** Those tables of children that the records of the group bring, each with its rows by the columns that these carry. */
function listedBy({ children }: MirroredResource, group: readonly Incoming[]) {
  return children.flatMap((child) => {
    const parents = group.filter(({ observed }) => observed.record.children[child.name] !== undefined)
    if (parents.length === 0) return []
    const listed = parents.flatMap(({ shopId, observed: { record } }) =>
      record.children[child.name]!.map((row) => ({
        ...row,
        id: row.id as string,
        shop_id: shopId,
        parent_id: record.id,
      })),
    )
    // A list that changed between two of its pages can show a child twice.
    const rows = [...new Map(listed.map((row) => [`${keyOf(row)} ${row.parent_id}`, row])).values()]
    const kinds = [...Map.groupBy(rows, columnsOf).values()].map((alike) => {
      const columns = Object.keys(alike[0]!).filter((column) => !NOT_CARRIED.has(column))
      return { columns, rows: alike }
    })
    return { child, kinds }
  })
}

/** What a child's row has besides the columns of its table. */
const NOT_CARRIED = new Set(['shop_id', 'id', 'parent_id'])

/** See selectWithGoneChildren. */
async function withGoneChildren(
  client: Statements,
  { resource, channel, runId }: Writer,
  children: readonly ChildTable[],
  group: readonly Incoming[],
): Promise<readonly Place[]> {
  if (children.length === 0 || group.length === 0) return []
  const { rows } = await client.query<Place>(
    prepared(selectWithGoneChildren(resource.table, children), [
      ...columnsOfPlaces(group.map(placeOf)),
      group.map(({ observed }) => observed.record.sourceUpdatedAt),
      group.map(({ observed }) => observed.observedAt),
      group.map(({ observed }) => observed.deliveryId),
      channel,
      runId,
    ]),
  )
  return rows
}

async function tombstone(
  client: Statements,
  target: MergeTarget,
  deletions: readonly ObservedDeletion[],
): Promise<string[]> {
  const { resource, shopId, channel, runId } = target
  const byTime = [...deletions].sort((a, b) => compareInstants(a.observedAt, b.observedAt))
  const latest = new Map(byTime.map((deletion) => [deletion.id, deletion]))
  const rows = [...latest.values()].map(({ id, observedAt, deliveryId, via }) => ({
    id,
    observed_at: observedAt,
    delivery_id: deliveryId,
    via,
  }))
  const sql = tombstoneParents(resource.table)
  const result = await client.query<{ id: string }>(sql, [JSON.stringify(rows), shopId, channel, runId])
  const gone = result.rows.map(({ id }) => id)
  for (const child of resource.children) await client.query(tombstoneChildren(resource.table, child), [shopId, gone])
  const places = gone.map((id) => ({ shop_id: shopId, id }))
  await forgetSetAside(client, target, places)
  return gone
}

async function setAside(client: Statements, target: MergeTarget, records: readonly SetAside[]): Promise<void> {
  const rows = [...new Map(records.map((record) => [record.id, record])).values()]
  await client.query(
    `insert into set_aside_records as known (shop_id, resource, record_id, reason, channel, run_id, delivery_id)
     select $2::bigint, $3, aside.id, aside.reason, $4, $5::bigint, aside.delivery_id
     from json_to_recordset($1::json) as aside (id text, reason text, delivery_id bigint)
     order by aside.id
     on conflict (shop_id, resource, record_id) do update set
       reason = excluded.reason, channel = excluded.channel, run_id = excluded.run_id,
       delivery_id = excluded.delivery_id, attempts = known.attempts + 1, updated_at = now()`,
    [
      JSON.stringify(rows.map(({ id, reason, deliveryId }) => ({ id, reason, delivery_id: deliveryId }))),
      target.shopId,
      target.resource.name,
      target.channel,
      target.runId,
    ],
  )
}

/**
 * What could be stored after all, or is gone, is no longer set aside. Old news does not count: an older version says
 * nothing of the one that could not be read.
 */
async function forgetSetAside(client: Statements, { resource }: Writer, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return
  const sql = `delete from set_aside_records as aside using unnest($2::bigint[], $3::text[]) as known (shop_id, id)
    where aside.shop_id = known.shop_id and aside.resource = $1 and aside.record_id = known.id`
  await client.query(prepared(sql, [resource.name, ...columnsOfPlaces(places)]))
}
