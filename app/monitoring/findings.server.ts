/** Findings of the permission doctor, as rows: one of each kind and shop, for as long as it is true. */
import type { Pool, PoolClient } from 'pg'
import { pool } from '~/db.server'
import type { Finding, FindingCode } from './doctor'

export interface StoredFinding extends Finding {
  since: Date
}

/** What is told with each answer is written down no oftener than this. */
const NOTE_EVERY_MS = 10 * 60_000
const notedAtMs = new Map<string, number>()

/**
 * Something that an answer of Shopify showed. It is written down before this resolves, so that whoever stores the answer
 * never stores it silently.
 */
export async function noteFinding(domain: string, { code, detail }: Finding): Promise<void> {
  const key = JSON.stringify([domain, code, detail])
  const nowMs = Date.now()
  if (nowMs - (notedAtMs.get(key) ?? -Infinity) < NOTE_EVERY_MS) return
  await pool.query(
    `insert into findings as known (shop_id, code, detail)
     select id, $2, $3 from shops where domain = $1
     for key share
     on conflict (shop_id, code) do update set
       last_seen = now(),
       detail = jsonb_build_object('items', (
         select jsonb_agg(distinct item)
         from jsonb_array_elements((known.detail -> 'items') || (excluded.detail -> 'items')) as item))`,
    [domain, code, JSON.stringify(detail)],
  )
  notedAtMs.set(key, nowMs)
}

/** Those that answers show: nothing else says that they are over, but that they are not seen any more. */
const SEEN_IN_ANSWERS: readonly FindingCode[] = ['withheld-fields', 'api-version-fall-forward']

/** What an examination found, in the place of what the one before did. */
export async function replaceFindings(client: PoolClient, shopId: string, findings: readonly Finding[]): Promise<void> {
  await client.query(
    `delete from findings
     where shop_id = $1 and code <> all ($2::text[]) and (code <> all ($3::text[]) or last_seen < now() - interval '2 days')`,
    [shopId, findings.map(({ code }) => code), SEEN_IN_ANSWERS],
  )
  for (const { code, detail } of findings) {
    await client.query(
      `insert into findings (shop_id, code, detail) values ($1, $2, $3)
       on conflict (shop_id, code) do update set detail = excluded.detail, last_seen = now()`,
      [shopId, code, JSON.stringify(detail)],
    )
  }
}

/** Oldest first. */
export async function readFindings(client: Pool | PoolClient, shopId: string): Promise<StoredFinding[]> {
  const { rows } = await client.query<StoredFinding>(
    'select code, detail, since from findings where shop_id = $1 order by since, code',
    [shopId],
  )
  return rows
}
