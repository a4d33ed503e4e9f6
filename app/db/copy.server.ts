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
  mergeChildren,
  mergeParents,
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

/** Records of one group carry the same columns, also in their children, so that one statement can write them. */
function byCarriedColumns(incoming: readonly Incoming[]): Incoming[][] {
  const signature = ({ observed: { record } }: Incoming) =>
    [columnsOf(record.fields), ...Object.entries(record.children).map(signatureOfChildren)].join(';')
  return [...Map.groupBy(incoming, signature).values()]
}

/** One normalizer always gives them in the same order; another order costs a statement, and nothing else. */
const columnsOf = (row: object) => Object.keys(row).join()

const signatureOfChildren = ([table, rows]: [string, readonly Row[]]) =>
  `${table}:${[...new Set(rows.map(columnsOf))].sort().join('|')}`

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
  const sql = mergeParents(resource.table, carried)
  const result = await client.query<Place>(prepared(sql, [JSON.stringify(rows), channel, runId, partial]))
  const written = new Set(result.rows.map(keyOf))
  for (const key of written) found.written.add(key)
  const accepted = group.filter((one) => written.has(keyOf(placeOf(one))))
  const others = rows.filter((row) => !written.has(keyOf(row)))
  const [unchanged] = await allOf([
    unchangedOf(client, resource, others),
    forgetSetAside(client, writer, result.rows),
    ...resource.children.map((child) => replaceChildren(client, writer, child, accepted, partial)),
  ])
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

async function replaceChildren(
  client: Statements,
  { resource, channel, runId }: Writer,
  child: ChildTable,
  accepted: readonly Incoming[],
  partial: boolean,
): Promise<void> {
  const parents = accepted.filter(({ observed }) => observed.record.children[child.name] !== undefined)
  if (parents.length === 0) return
  const listed: ChildRow[] = parents.flatMap(({ shopId, observed: { record, observedAt, deliveryId } }) => {
    const { id: parent_id, sourceUpdatedAt: source_updated_at } = record
    const provenance = { source_updated_at, observed_at: observedAt, delivery_id: deliveryId }
    const rows = record.children[child.name] ?? []
    return rows.map((row) => ({ ...row, id: row.id as string, shop_id: shopId, parent_id, ...provenance }))
  })
  // A list that changed between two of its pages can show a child twice, and one statement writes a row once.
  const rows = [...new Map(listed.map((row) => [keyOf(row), row])).values()]
  const merges = [...Map.groupBy(rows, columnsOf).values()].map((alike) => {
    const carried = Object.keys(alike[0]!).filter((column) => !NOT_CARRIED.has(column))
    const sql = mergeChildren(resource.table, child, carried)
    return client.query(prepared(sql, [JSON.stringify(alike), channel, runId, partial]))
  })
  const losing = client.query<Place>(
    prepared(selectWithGoneChildren(resource.table, child), [
      ...columnsOfPlaces(parents.map(placeOf)),
      parents.map(({ observed }) => observed.record.sourceUpdatedAt),
      parents.map(({ observed }) => observed.observedAt),
      parents.map(({ observed }) => observed.deliveryId),
      channel,
      runId,
    ]),
  )
  const [{ rows: withGone }] = await allOf([losing, ...merges])
  if (withGone.length === 0) return
  await client.query(tombstoneGoneChildren(resource.table, child), columnsOfPlaces(withGone))
}

interface ChildRow extends Place {
  parent_id: string
  source_updated_at: string
  observed_at: string
  delivery_id: string | null
}

/** What a child's row has besides the columns of its table. */
const NOT_CARRIED = new Set(['shop_id', 'id', 'parent_id', 'source_updated_at', 'observed_at', 'delivery_id'])

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
