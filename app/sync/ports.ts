/** What the engine asks of the world. `app/shopify` and `app/db` fulfil it; `composition.server.ts` binds them. */
import type { CanonicalRecord, Channel, Resource, SourceNode } from '../resources/resource'

/** ISO 8601 with up to microseconds. */
export type Instant = string

/** A record and when Shopify showed it, on Shopify's clock. */
export interface ObservedRecord {
  record: CanonicalRecord
  observedAt: Instant
  deliveryId: string | null
}

export interface ObservedDeletion {
  id: string
  observedAt: Instant
  deliveryId: string | null
  /** What told us, e.g. the topic `orders/delete`. */
  via: string
}

export interface SetAside {
  /** Numeric id, or the gid when it has none. */
  id: string
  reason: string
  deliveryId: string | null
}

/** Who writes, and to what. */
export interface MergeTarget {
  shopId: string
  resource: Resource
  channel: Channel
  runId: string | null
}

/** Ids by what became of them. `stale`: the copy is as new or newer, or the record was deleted since. */
export interface Merged {
  written: string[]
  unchanged: string[]
  stale: string[]
}

/** The copy, inside one transaction. */
export interface CopyPort {
  /** Each id at most once. */
  merge(target: MergeTarget, records: readonly ObservedRecord[]): Promise<Merged>
  /** Ids that were tombstoned now. */
  tombstone(target: MergeTarget, deletions: readonly ObservedDeletion[]): Promise<string[]>
  setAside(target: MergeTarget, records: readonly SetAside[]): Promise<void>
}

/** One answer of Shopify. `cost` is in points. */
export interface Answer {
  /** Lower bound of when Shopify answered, on its clock. */
  observedAt: Instant
  requestedCost: number | null
}

export interface SourcePage extends Answer {
  nodes: SourceNode[]
  endCursor: string | null
  hasNextPage: boolean
}

export interface SourceCount extends Answer {
  count: number
  exact: boolean
}

/** One shop's Admin API. Throws SourceError. */
export interface SourcePort {
  count(resource: Resource, filter: string | null): Promise<SourceCount>
  /** Nodes come whole: what their nested lists do not hold in the first page has been read too. */
  page(resource: Resource, filter: string | null, cursor: string | null, first: number): Promise<SourcePage>
  /** At most 250 ids. An id that Shopify does not know is missing from the answer. */
  nodes(resource: Resource, ids: readonly string[]): Promise<Answer & { nodes: SourceNode[] }>
}
