/** The audit trail: what was done for whom and when, without personal data. */
import { hash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { Delivery } from '~/webhooks/delivery'

/** Rows touched or found, by table. */
export type RowCounts = Readonly<Record<string, number>>

/** Null when this delivery has been acted on before. */
export async function beginEvent(
  client: PoolClient,
  { topic, webhookId, shopDomain }: Delivery,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string }>(
    `insert into compliance_events (topic, webhook_id, shop_hash, rows)
     values ($1, $2, $3, '{}')
     on conflict (webhook_id) do nothing
     returning id`,
    [topic, webhookId, hash('sha256', shopDomain)],
  )
  return rows[0]?.id ?? null
}

export async function completeEvent(client: PoolClient, eventId: string, rows: RowCounts): Promise<void> {
  await client.query('update compliance_events set rows = $2, completed_at = clock_timestamp() where id = $1', [
    eventId,
    JSON.stringify(rows),
  ])
}
