/** A row in each table that keeps the books of a shop, beside its records and deliveries. */
import { makeApiKey } from '~/management/api-keys.server'
import { query } from '../integration/webhooks-shop.ts'

export async function keepBooks({ id, domain }: { id: string; domain: string }): Promise<void> {
  await query(
    `insert into sessions (id, shop, state, access_token) values ($1, $1, '', 'token') on conflict do nothing`,
    [domain],
  )
  await query(`insert into sync_states (shop_id, resource) values ($1, 'orders') on conflict do nothing`, [id])
  await query(
    `insert into sync_logs (shop_id, sync_type, mode, trigger) values ($1, 'orders', 'backfill', 'install')`,
    [id],
  )
  await query(
    `insert into set_aside_records (shop_id, resource, record_id, reason, channel) values ($1, 'orders', '1', 'r', 'pull')`,
    [id],
  )
  await query(
    `insert into webhook_attempts (shop_id, delivery_id, trigger, state) values ($1, 1, 'replay', 'applied')`,
    [id],
  )
  await query(`insert into findings (shop_id, code) values ($1, 'missing-scopes') on conflict do nothing`, [id])
  await makeApiKey(id, 'a program')
  await query(
    `insert into data_exports (shop_id, request_id, asked, event_id, ready_at) values ($1, '1', '{}', 1, now())`,
    [id],
  )
  await query(`insert into erased_records (shop_id, resource, record_id) values ($1, 'orders', 1)`, [id])
  await query(
    `insert into reconciliations (shop_id, resource, mode, trigger, operation, as_of)
     values ($1, 'orders', 'ids', 'schedule', '{}', now())`,
    [id],
  )
  await query(
    `insert into reconciliation_differences (shop_id, reconciliation_id, resource, record_id, kind, missed_topic, missed_by_pull)
     values ($1, 1, 'orders', '1', 'missing', 'orders/create', true)`,
    [id],
  )
  await query(`insert into webhook_rollups (shop_id, topic, hour) values ($1, 'orders/create', '2026-01-01T00:00Z')`, [
    id,
  ])
  await query(
    `insert into webhook_refusals (shop_id, hour, status, reason, count) values ($1, now(), 401, 'signature-wrong', 1)`,
    [id],
  )
  await query(
    `insert into shop_budgets (shop_id, maximum, restore_rate, level, level_at) values ($1, 2000, 100, 2000, now())
     on conflict do nothing`,
    [id],
  )
}
