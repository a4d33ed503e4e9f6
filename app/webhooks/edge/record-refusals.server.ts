import type { Pool } from 'pg'
import { withConnection } from '../connection.server'
import type { RefusalCount } from './refusal-counts'

/**
 * Adds to what is there. Only of shops that there are: the domain is a claim that nobody has proved. A shop that is being erased
 * is passed over, as the inbox does: see holdShops. In one order, so that two processes wait for each other instead of
 * deadlocking.
 */
const RECORD = `
  with refused as (
    select * from unnest($1::text[], $2::timestamptz[], $3::int[], $4::text[], $5::bigint[])
      as refused (domain, hour, status, reason, count)
  ), held as materialized (
    select id, domain from shops where domain in (select domain from refused) order by id for key share skip locked
  )
  insert into webhook_refusals as known (shop_id, hour, status, reason, count)
  select held.id, hour, status, reason, count
  from refused join held using (domain)
  order by 1, 2, 3, 4
  on conflict (shop_id, hour, status, reason) do update set count = known.count + excluded.count`

/** A process that stops waits for this. */
const MOST_MS = 3_000

/** Throws when the database is away, or does not answer. */
export async function recordRefusals(pool: Pool, counts: readonly RefusalCount[]): Promise<void> {
  const claimed = counts.filter(({ shopDomain }) => shopDomain !== null)
  if (claimed.length === 0) return
  const columns = [
    claimed.map(({ shopDomain }) => shopDomain),
    claimed.map(({ hourMs }) => new Date(hourMs)),
    claimed.map(({ status }) => status),
    claimed.map(({ reason }) => reason),
    claimed.map(({ count }) => count),
  ]
  const recorded = await withConnection(pool, MOST_MS, (client) => client.query(RECORD, columns))
  if (recorded === null) throw new Error('No connection to the database could be had')
}
