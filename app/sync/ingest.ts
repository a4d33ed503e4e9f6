/** Where all roads meet: webhook, pull, bulk and single re-read end here, and from here only the merge writes. */
import { type CanonicalRecord, type SourceNode, UnreadableRecord } from '../resources/resource'
import type {
  CopyPort,
  Merged,
  MergeTarget,
  ObservedDeletion,
  ObservedRecord,
  PullTarget,
  SetAside,
  ShopRecords,
  Writer,
} from './ports'

export interface Batch {
  target: MergeTarget
  records: readonly ObservedRecord[]
  deletions?: readonly ObservedDeletion[]
  unreadable?: readonly SetAside[]
}

/** What one of several shops has for the same writer. */
export type ShopBatch = ShopRecords & Omit<Batch, 'target'>

export interface Ingested extends Merged {
  deleted: string[]
  setAside: string[]
}

/** Everything of the batch is stored, found to be old news, or set aside with its reason. */
export async function ingest(copy: CopyPort, { target, ...batch }: Batch): Promise<Ingested> {
  const [ingested] = await ingestShops(copy, target, [{ ...batch, shopId: target.shopId }])
  return ingested!
}

/** The same for several shops at once, each of them once. In the order of `shops`. */
export async function ingestShops(
  copy: CopyPort,
  { resource, channel, runId }: Writer,
  shops: readonly ShopBatch[],
): Promise<Ingested[]> {
  const writer = { resource, channel, runId }
  const newest = shops.map(({ shopId, records }) => ({ shopId, records: newestOfEach(records) }))
  const merged = newest.some(({ records }) => records.length > 0) ? await copy.merge(writer, newest) : []
  const ingested: Ingested[] = []
  for (const [index, { shopId, deletions = [], unreadable = [] }] of shops.entries()) {
    const target = { ...writer, shopId }
    const { written, unchanged, stale } = merged[index] ?? { written: [], unchanged: [], stale: [] }
    const deleted = deletions.length > 0 ? await copy.tombstone(target, deletions) : []
    if (unreadable.length > 0) await copy.setAside(target, unreadable)
    ingested.push({ written, unchanged, stale, deleted, setAside: unreadable.map(({ id }) => id) })
  }
  return ingested
}

/** Normalizes nodes; one that cannot be read is set aside and the rest goes on. */
export function normalizeNodes(
  target: PullTarget,
  nodes: readonly SourceNode[],
  observedAt: string,
): { records: ObservedRecord[]; unreadable: SetAside[] } {
  const records: ObservedRecord[] = []
  const unreadable: SetAside[] = []
  for (const node of nodes) {
    try {
      records.push({ record: target.resource.fromNode(node), observedAt, deliveryId: null })
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error
      unreadable.push({ id: node.id.replace(/^.*\//, ''), reason: error.message, deliveryId: null })
    }
  }
  return { records, unreadable }
}

/** Of each record the version that the merge would choose. */
export function newestOfEach(records: readonly ObservedRecord[]): ObservedRecord[] {
  const newest = new Map<string, ObservedRecord>()
  for (const candidate of records) {
    const known = newest.get(candidate.record.id)
    if (known === undefined || isNewer(candidate, known)) newest.set(candidate.record.id, candidate)
  }
  return [...newest.values()]
}

/** The order that the merge decides by: Shopify's updatedAt first, then when it was shown. */
export function isNewer(candidate: ObservedRecord, known: ObservedRecord): boolean {
  const difference = instant(candidate.record) - instant(known.record)
  return difference === 0 ? compareInstants(candidate.observedAt, known.observedAt) > 0 : difference > 0
}

const instant = (record: CanonicalRecord) => Date.parse(record.sourceUpdatedAt)

/** Compares to the microsecond, which `Date` cannot. */
export function compareInstants(a: string, b: string): number {
  const byMillisecond = Date.parse(a) - Date.parse(b)
  return byMillisecond === 0 ? micros(a) - micros(b) : byMillisecond
}

function micros(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
  return Number(fraction.slice(3, 6).padEnd(3, '0'))
}
