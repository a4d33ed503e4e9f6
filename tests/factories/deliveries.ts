/** Deliveries as the inbox leaves them, and the changes that pulls find, valid by default and unique per call. */
import { randomUUID } from 'node:crypto'
import { pool } from '~/db.server'

export interface DeliveryOptions {
  topic?: string
  state?: 'applied' | 'pending' | 'dead' | 'ignored'
  receivedAt: Date
  /** From Shopify's trigger until it was received; null: not told. Default: 800. */
  transitMs?: number | null
  /** From then until it was applied. Default: 20. */
  applyMs?: number
  resource?: string
  recordId?: string
  stale?: boolean
  repeats?: number
  /** Its body is gone. */
  isErased?: boolean
  /** How many of them. Default: 1. */
  times?: number
}

export async function addDeliveries(shopId: string, options: DeliveryOptions): Promise<void> {
  const { topic = 'orders/updated', state = 'applied', receivedAt, transitMs = 800, applyMs = 20 } = options
  const after = (ms: number) => new Date(receivedAt.getTime() + ms)
  await pool.query(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, triggered_at, received_at, applied_at, state, resource,
       record_id, stale, repeats, payload, attempts)
     select $1, $2, $3 || n, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1 from generate_series(1, $13) as n`,
    [
      ...[shopId, topic, randomUUID(), transitMs === null ? null : after(-transitMs), receivedAt],
      ...[
        state === 'applied' ? after(applyMs) : null,
        state,
        options.resource ?? 'orders',
        options.recordId ?? randomUUID(),
      ],
      ...[options.stale ?? false, options.repeats ?? 0, options.isErased ? null : {}, options.times ?? 1],
    ],
  )
}

/** A finished run, which took no time. Returns its id. */
export async function addRun(
  shopId: string,
  resource: string,
  { mode = 'incremental', windowBy = 'updated_at', at = new Date() } = {},
) {
  const { rows } = await pool.query<{ id: string }>(
    `insert into sync_logs (shop_id, sync_type, mode, trigger, state, window_by, created_at, finished_at)
     values ($1, $2, $3, 'schedule', 'succeeded', $4, $5, $5)
     returning id`,
    [shopId, resource, mode, windowBy, at],
  )
  return rows[0]!.id
}

export interface FoundChange {
  id: string
  /** Of the run that wrote it; null: written by nobody's run. */
  runId: string | null
  changedAt: Date
  foundAt: Date
  table?: string
  channel?: string
  createdAt?: Date
  deletedVia?: string
}

/** A record that a run brought. */
export async function addFoundChange(shopId: string, change: FoundChange): Promise<void> {
  const { id, runId, changedAt, foundAt, table = 'orders', channel = 'pull', createdAt, deletedVia } = change
  await pool.query(
    `insert into ${table} (shop_id, id, source_updated_at, observed_at, synced_at, channel, run_id, created_at, deleted_at, deleted_via)
     values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9)
     on conflict (shop_id, id) do update set source_updated_at = excluded.source_updated_at,
       synced_at = excluded.synced_at, channel = excluded.channel, run_id = excluded.run_id`,
    [
      ...[shopId, id, changedAt, foundAt, channel, runId, createdAt ?? new Date('2026-01-05T08:00:00Z')],
      ...[deletedVia === undefined ? null : foundAt, deletedVia ?? null],
    ],
  )
}
