/** The audit trail: what was done for whom and when, without personal data. */
import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import { log } from '~/log.server'
import type { Delivery } from '~/webhooks/delivery'

/** Rows touched or found, by table. */
export type RowCounts = Readonly<Record<string, number>>

export interface Erased {
  /** Changed or deleted. */
  rows: RowCounts
  /** Rows that were left when it was done, of all that there are: 0, or somebody has to look. */
  remaining: number
}

/** Open until it is completed. Null when this delivery has been acted on before. */
export async function beginEvent(
  client: PoolClient,
  { topic, webhookId, shopDomain }: Delivery,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `insert into compliance_events (topic, webhook_id, shop_hash, rows)
     values ($1, $2, $3, '{}')
     on conflict (shop_hash, topic, webhook_id) do nothing
     returning id`,
    [topic, webhookId, hash('sha256', shopDomain)],
  )
  return rows[0]?.id ?? null
}

/** Of a shop that has no row, of which there is nothing. */
export const NOTHING_ERASED: Erased = { rows: {}, remaining: 0 }

/** `remaining`: of an erasure; see Erased. */
export async function completeEvent(
  client: PoolClient,
  eventId: string,
  { rows, remaining = null }: { rows: RowCounts; remaining?: number | null },
): Promise<void> {
  await client.query(
    'update compliance_events set rows = $2, remaining = $3, completed_at = clock_timestamp() where id = $1',
    [eventId, JSON.stringify(rows), remaining],
  )
}

/** The audit trail says so as well; the log is where somebody looks. */
export function reportErased({ topic, shopDomain: shop, webhookId }: Delivery, { remaining }: Erased): void {
  if (remaining > 0) log.error({ shop, topic, webhookId, remaining }, 'an erasure has left rows: see compliance_events')
}
