/** Replays that were asked for: rows of webhook_attempts. */
import type { Pool, PoolClient } from 'pg'
import type { Concluded } from './settle.server'
import { readStored, STORED_COLUMNS, type StoredDelivery, type StoredRow } from './stored-delivery.server'

export interface WaitingReplay {
  /** Of the attempt. */
  id: string
  delivery: StoredDelivery
}

/** It was erased, or PostgreSQL could never hold it. */
export const NO_BODY = 'cannot be replayed: its body is not stored'

/** The oldest that wait, behind `afterId`. Those whose delivery has no body any more are closed, and say so. */
export async function waitingAfter(
  pool: Pool,
  shopId: string,
  afterId: string,
  limit: number,
): Promise<WaitingReplay[]> {
  await closeErased(pool, shopId)
  const { rows } = await pool.query<StoredRow & { attempt_id: string }>(
    `select attempt.id as attempt_id, ${STORED_COLUMNS}
     from webhook_attempts as attempt
     join webhook_deliveries as delivery on delivery.shop_id = attempt.shop_id and delivery.id = attempt.delivery_id
     where attempt.shop_id = $1 and attempt.state = 'waiting' and attempt.id > $2
     order by attempt.id
     limit $3`,
    [shopId, afterId, limit],
  )
  return rows.map(({ attempt_id: id, ...row }) => ({ id, delivery: readStored(row) }))
}

const HAS_BODY = `exists (
  select from webhook_deliveries as delivery
  where delivery.shop_id = attempt.shop_id and delivery.id = attempt.delivery_id and delivery.payload is not null
)`

async function closeErased(client: Pool | PoolClient, shopId: string): Promise<void> {
  await client.query(
    `update webhook_attempts as attempt set state = 'erased', error = $2, finished_at = now()
     where attempt.shop_id = $1 and attempt.state = 'waiting' and not ${HAS_BODY}`,
    [shopId, NO_BODY],
  )
}

/** Of these, the ones that still wait, have their body and are taken by no other worker; they are ours until the commit. */
export async function takeWaiting(
  client: PoolClient,
  shopId: string,
  entries: readonly WaitingReplay[],
): Promise<Set<WaitingReplay>> {
  const { rows } = await client.query<{ id: string }>(
    `select id from webhook_attempts as attempt
     where shop_id = $1 and id = any ($2::bigint[]) and state = 'waiting' and ${HAS_BODY}
     order by id
     for update skip locked`,
    [shopId, entries.map(({ id }) => id)],
  )
  const ours = new Set(rows.map(({ id }) => id))
  return new Set(entries.filter(({ id }) => ours.has(id)))
}

/**
 * The outcome is the attempt's. The delivery learns of it when it had not been applied: it is applied now, or stays what it
 * was with the new reason. How one that waits anyway is tried again is not changed by a replay that fails.
 */
export async function concludeReplays(
  client: PoolClient,
  shopId: string,
  concluded: readonly Concluded<WaitingReplay>[],
): Promise<void> {
  const values = [
    shopId,
    concluded.map(({ entry }) => entry.id),
    concluded.map(({ entry }) => entry.delivery.id),
    concluded.map(({ result }) => result.outcome),
    concluded.map(({ result }) => result.note),
    concluded.map(({ result }) => result.stale),
  ]
  await client.query(
    `with concluded as (
       select * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::boolean[])
         as concluded (id, delivery_id, outcome, note, stale)
     ), closed as (
       update webhook_attempts as attempt set
         state = concluded.outcome, error = concluded.note, stale = concluded.stale, finished_at = now()
       from concluded
       where attempt.shop_id = $1 and attempt.id = concluded.id
     )
     update webhook_deliveries as delivery set
       state = case when concluded.outcome = 'applied' then 'applied' else delivery.state end,
       attempts = delivery.attempts
         + case when concluded.outcome = 'applied' or delivery.state = 'dead' then 1 else 0 end,
       error = concluded.note,
       stale = concluded.stale,
       applied_at = case when concluded.outcome = 'applied' then now() end,
       next_attempt_at = case when concluded.outcome = 'failed' then delivery.next_attempt_at end
     from concluded
     where delivery.shop_id = $1 and delivery.id = concluded.delivery_id and concluded.outcome <> 'ignored'
       and (delivery.state in ('pending', 'dead') or (delivery.state = 'ignored' and concluded.outcome = 'applied'))`,
    values,
  )
}
