import type { Client } from 'pg'
import { RECORDS } from './stand-in.ts'

/** Shops with a good token and a complete copy of their few records, read last an hour ago. */
export async function installShops(client: Client, count: number): Promise<void> {
  await client.query(
    `insert into shops (domain, scopes, installed_at, timezone)
     select 'fleet-' || n || '.myshopify.com', '', now() - interval '9 days', 'UTC' from generate_series(1, $1) as n`,
    [count],
  )
  await client.query(
    `insert into sessions (id, shop, state, is_online, scope, access_token, refresh_token, expires)
     select 'offline_' || domain, domain, '', false, '', 'token', 'refresh', now() + interval '1 day' from shops`,
  )
  for (const resource of ['products', 'customers', 'orders']) {
    await client.query(
      `insert into sync_states (shop_id, resource, watermark, backfilled_at, last_success_at)
       select id, $1, now() - interval '1 hour', now() - interval '9 days', now() - interval '1 hour' from shops`,
      [resource],
    )
    await client.query(
      `insert into ${resource} (shop_id, id, source_updated_at, observed_at, channel)
       select shops.id, n, now() - interval '2 days', now() - interval '2 days', 'pull'
       from shops, generate_series(1, $1) as n`,
      [RECORDS],
    )
  }
  await client.query('analyze')
}
