/** The one writer of mirrored tables: a CopyPort on a connection that is inside a transaction. */
import type { PoolClient } from 'pg'
import type { ChildTable, Row } from '~/resources/resource'
import { compareInstants } from '~/sync/ingest'
import type { CopyPort, Merged, MergeTarget, ObservedDeletion, ObservedRecord, SetAside } from '~/sync/ports'
import { createDigest } from './digest'
import { withoutErased } from './erased-people.server'
import {
  confirmUnchanged,
  mergeChildren,
  mergeParents,
  tombstoneChildren,
  tombstoneGoneChildren,
  tombstoneParents,
} from './mirror-sql'

export function copyPort(client: PoolClient): CopyPort {
  return {
    async merge(target, records) {
      const merged: Merged = { written: [], unchanged: [], stale: [] }
      for (const group of byCarriedColumns(await withoutErased(client, target, records))) {
        const part = await mergeGroup(client, target, group)
        merged.written.push(...part.written)
        merged.unchanged.push(...part.unchanged)
        merged.stale.push(...part.stale)
      }
      await forgetSetAside(client, target, [...merged.written, ...merged.unchanged])
      return merged
    },
    tombstone: (target, deletions) => tombstone(client, target, deletions),
    setAside: (target, records) => setAside(client, target, records),
  }
}

/** Records of one group carry the same columns, also in their children, so that one statement can write them. */
function byCarriedColumns(records: readonly ObservedRecord[]): ObservedRecord[][] {
  const signature = ({ record }: ObservedRecord) =>
    [columnsOf(record.fields), ...Object.entries(record.children).map(signatureOfChildren)].join(';')
  return [...Map.groupBy(records, signature).values()]
}

const columnsOf = (row: Row) => Object.keys(row).sort().join()

const signatureOfChildren = ([table, rows]: [string, readonly Row[]]) =>
  `${table}:${[...new Set(rows.map(columnsOf))].sort().join('|')}`

async function mergeGroup(client: PoolClient, target: MergeTarget, records: ObservedRecord[]): Promise<Merged> {
  const { resource, shopId, channel, runId } = target
  const carried = carriedColumns(records[0]!.record.fields)
  const partial = !isWhole(target, records[0]!)
  // Deletes and partial writes have no digest.
  const digestOf = createDigest(resource)
  const rows = records.map((observed) => ({
    ...observed.record.fields,
    id: observed.record.id,
    source_updated_at: observed.record.sourceUpdatedAt,
    observed_at: observed.observedAt,
    delivery_id: observed.deliveryId,
    digest: partial ? null : digestOf(observed.record),
  }))
  const sql = mergeParents(resource.table, carried)
  const result = await client.query<{ id: string }>(sql, [JSON.stringify(rows), shopId, channel, runId, partial])
  const written = new Set(result.rows.map(({ id }) => id))
  const accepted = records.filter(({ record }) => written.has(record.id))
  for (const child of resource.children) await replaceChildren(client, target, child, accepted, partial)

  const others = rows.filter(({ id }) => !written.has(id))
  const unchanged = await unchangedOf(client, target, others)
  return {
    written: [...written],
    unchanged: [...unchanged],
    stale: others.map(({ id }) => id).filter((id) => !unchanged.has(id)),
  }
}

const carriedColumns = (row: Row) => Object.keys(row).filter((column) => column !== 'id')

function isWhole({ resource }: MergeTarget, { record }: ObservedRecord): boolean {
  const hasAll = (row: Row, columns: Row) => Object.keys(columns).every((column) => column in row)
  return (
    hasAll(record.fields, resource.table.columns) &&
    resource.children.every((child) => record.children[child.name]?.every((row) => hasAll(row, child.columns)) ?? false)
  )
}

async function unchangedOf(
  client: PoolClient,
  target: MergeTarget,
  rows: readonly { id: string; digest: string | null; observed_at: string }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const result = await client.query<{ id: string }>(confirmUnchanged(target.resource.table), [
    rows.map(({ id }) => id),
    target.shopId,
    rows.map(({ digest }) => digest),
    rows.map(({ observed_at }) => observed_at),
  ])
  return new Set(result.rows.map(({ id }) => id))
}

async function replaceChildren(
  client: PoolClient,
  { resource, shopId, channel, runId }: MergeTarget,
  child: ChildTable,
  accepted: readonly ObservedRecord[],
  partial: boolean,
): Promise<void> {
  const parents = accepted.filter(({ record }) => record.children[child.name] !== undefined)
  if (parents.length === 0) return
  const listed: Row[] = parents.flatMap(({ record }) =>
    (record.children[child.name] ?? []).map((row) => ({ ...row, parent_id: record.id })),
  )
  // A list that changed between two of its pages can show a child twice, and one statement writes a row once.
  const rows = [...new Map(listed.map((row) => [row.id, row])).values()]
  for (const alike of Map.groupBy(rows, columnsOf).values()) {
    const carried = carriedColumns(alike[0]!).filter((column) => column !== 'parent_id')
    const sql = mergeChildren(resource.table, child, carried)
    await client.query(sql, [JSON.stringify(alike), shopId, channel, runId, partial])
  }
  const present = rows.map((row) => row.id)
  const parentIds = parents.map(({ record }) => record.id)
  await client.query(tombstoneGoneChildren(resource.table, child), [shopId, parentIds, present])
}

async function tombstone(
  client: PoolClient,
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
  await forgetSetAside(client, target, gone)
  return gone
}

async function setAside(client: PoolClient, target: MergeTarget, records: readonly SetAside[]): Promise<void> {
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
async function forgetSetAside(client: PoolClient, target: MergeTarget, ids: readonly string[]) {
  await client.query(
    'delete from set_aside_records where shop_id = $1 and resource = $2 and record_id = any ($3::text[])',
    [target.shopId, target.resource.name, ids],
  )
}
