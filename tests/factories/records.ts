/** Canonical records as the normalizers give them, valid by default and unique per call. */
import { resources } from '~/resources/registry'
import type { CanonicalRecord, Channel, MirroredResource, Row } from '~/resources/resource'
import type { MergeTarget, ObservedDeletion, ObservedRecord } from '~/sync/ports'

/** Above 2^53, so that a number that loses digits is seen. */
let nextId = 9_007_199_254_740_993n

export const uniqueId = () => String(nextId++)

/** `seconds` after ten o'clock, to the microsecond. */
export function at(seconds: number): string {
  const ms = Date.parse('2026-11-22T10:00:00Z') + Math.floor(seconds) * 1000
  const micros = String(Math.round((seconds % 1) * 1_000_000)).padStart(6, '0')
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}Z`
}

/** A value of each column, the same for the same `version`. */
function valueOf(column: string, type: string, version: number): unknown {
  if (type === 'bigint') return String(9_007_199_254_741_000n + BigInt(version))
  if (type === 'integer') return version
  if (type === 'numeric') return `${version}.25`
  if (type === 'boolean') return version % 2 === 0
  if (type === 'timestamptz') return at(version)
  if (type === 'text[]') return ['tag', `v${version}`]
  return type === 'jsonb' ? { city: `${column} ${version}`, zip: null } : `${column} ${version}`
}

/** What webhooks of each resource do not carry (see the normalizers). */
export const NOT_IN_WEBHOOKS: Readonly<Record<string, readonly string[]>> = {
  products: ['total_inventory'],
  customers: ['tags', 'orders_count', 'amount_spent', 'currency', 'accepts_marketing'],
  orders: ['total_refunded', 'fulfillment_status'],
  checkouts: [],
  carts: [],
  order_refunds: ['total_refunded'],
}
const TABLES_NOT_IN_WEBHOOKS = ['order_transactions']

export interface RecordOptions {
  resource?: MirroredResource
  id?: string
  /** What all its values are made of. */
  version?: number
  /** Seconds after ten o'clock. */
  updatedAt?: number
  observedAt?: number
  channel?: Channel
  fields?: Row
  /** Ids of the children of each child table; default: none. */
  children?: readonly string[]
  deliveryId?: string | null
}

/** A record of `resource` (default: orders) as `channel` (default: pull) brings it. */
export function observed(options: RecordOptions = {}): ObservedRecord {
  const { resource = resources.orders, id = uniqueId(), version = 1, updatedAt = version, channel = 'pull' } = options
  const carried = (columns: Row, left: readonly string[] = []) =>
    Object.fromEntries(
      Object.entries(columns)
        .filter(([column]) => channel !== 'webhook' || !left.includes(column))
        .map(([column, type]) => [column, valueOf(column, String(type), version)]),
    )
  const record: CanonicalRecord = {
    id,
    sourceUpdatedAt: at(updatedAt),
    fields: { ...carried(resource.table.columns, NOT_IN_WEBHOOKS[resource.name]), ...options.fields },
    children: Object.fromEntries(
      resource.children
        .filter(({ name }) => channel !== 'webhook' || !TABLES_NOT_IN_WEBHOOKS.includes(name))
        .map((child) => [
          child.name,
          (options.children ?? []).map((childId) => ({
            id: childId,
            ...carried(child.columns, NOT_IN_WEBHOOKS[child.name]),
          })),
        ]),
    ),
  }
  return { record, observedAt: at(options.observedAt ?? updatedAt + 0.5), deliveryId: options.deliveryId ?? null }
}

export function deletion(id: string, observedAt: number, via = 'orders/delete'): ObservedDeletion {
  return { id, observedAt: at(observedAt), deliveryId: null, via }
}

export function target(
  shopId: string,
  channel: Channel = 'pull',
  resource: MirroredResource = resources.orders,
): MergeTarget {
  return { shopId, resource, channel, runId: null }
}
