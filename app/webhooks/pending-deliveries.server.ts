/** Deliveries that wait to be applied. */
import type { Pool, PoolClient } from 'pg'
import { env } from '~/env.server'
import type { DeliveryState } from './delivery'
import type { Result } from './plan'
import { MOST_ATTEMPTS, putOffSeconds, retryAfterSeconds, waitAtMostMs } from './retry-schedule'
import type { Concluded } from './settle.server'
import { readStored, STORED_COLUMNS, type StoredDelivery, type StoredRow } from './stored-delivery.server'

export interface PendingDelivery {
  delivery: StoredDelivery
  attempts: number
  /** Milliseconds since it was received. */
  waitedMs: number
}

const IS_DUE = `state = 'pending' and (next_attempt_at is null or next_attempt_at <= now())`

/** The oldest that are due, behind `afterId`. */
export async function dueAfter(pool: Pool, shopId: string, afterId: string, limit: number): Promise<PendingDelivery[]> {
  const { rows } = await pool.query<StoredRow & { attempts: number }>(
    `select ${STORED_COLUMNS}, attempts
     from webhook_deliveries as delivery
     where shop_id = $1 and ${IS_DUE} and id > $2
     order by id
     limit $3`,
    [shopId, afterId, limit],
  )
  // By the clock that it was received by.
  const nowMs = Date.now()
  return rows.map(({ attempts, ...row }) => {
    return { delivery: readStored(row), attempts, waitedMs: nowMs - Date.parse(row.received_at) }
  })
}

/** Of these, the ones that are still due and that no other worker has taken; they are ours until the commit. */
export async function takeDue(
  client: PoolClient,
  shopId: string,
  entries: readonly PendingDelivery[],
): Promise<Set<PendingDelivery>> {
  const { rows } = await client.query<{ id: string }>(
    `select id from webhook_deliveries
     where shop_id = $1 and id = any ($2::bigint[]) and ${IS_DUE}
     order by id
     for update skip locked`,
    [shopId, entries.map(({ delivery }) => delivery.id)],
  )
  const ours = new Set(rows.map(({ id }) => id))
  return new Set(entries.filter(({ delivery }) => ours.has(delivery.id)))
}

interface Standing {
  state: DeliveryState
  attempts: number
  /** Until it is tried again; null: it is not. */
  afterSeconds: number | null
  /** Why it is not applied, or what is to be known besides. */
  error: string | null
}

const MOST_WAIT_MS = waitAtMostMs(env.KEEP_WEBHOOK_BODIES_DAYS)

/** How a delivery stands after an attempt. What is away counts no attempt, and has its end by time. */
export function standingAfter({ attempts, waitedMs }: Omit<PendingDelivery, 'delivery'>, result: Result): Standing {
  const { outcome, note: error, isAway } = result
  if (outcome !== 'failed') return { state: outcome, attempts: attempts + 1, afterSeconds: null, error }
  if (isAway && waitedMs >= MOST_WAIT_MS) {
    const waited = `given up after waiting for ${Math.floor(waitedMs / 3_600_000)} hours`
    return { state: 'dead', attempts, afterSeconds: null, error: error === null ? waited : `${error}; ${waited}` }
  }
  if (isAway) return { state: 'pending', attempts, afterSeconds: putOffSeconds(waitedMs), error }
  const made = attempts + 1
  if (made >= MOST_ATTEMPTS) return { state: 'dead', attempts: made, afterSeconds: null, error }
  return { state: 'pending', attempts: made, afterSeconds: retryAfterSeconds(made), error }
}

export async function concludePending(
  client: PoolClient,
  shopId: string,
  concluded: readonly Concluded<PendingDelivery>[],
): Promise<void> {
  const standings = concluded.map(({ entry, result }) => standingAfter(entry, result))
  await client.query(
    `update webhook_deliveries as delivery set
       attempts = concluded.attempts,
       state = concluded.state,
       error = concluded.error,
       stale = concluded.stale,
       applied_at = case when concluded.state = 'applied' then now() end,
       next_attempt_at = now() + make_interval(secs => concluded.after_seconds)
     from unnest($2::bigint[], $3::text[], $4::int[], $5::text[], $6::boolean[], $7::float8[])
       as concluded (id, state, attempts, error, stale, after_seconds)
     where delivery.shop_id = $1 and delivery.id = concluded.id and delivery.state = 'pending'`,
    [
      shopId,
      concluded.map(({ entry }) => entry.delivery.id),
      standings.map(({ state }) => state),
      standings.map(({ attempts }) => attempts),
      standings.map(({ error }) => error),
      concluded.map(({ result }) => result.stale),
      standings.map(({ afterSeconds }) => afterSeconds),
    ],
  )
}

export async function countPending(pool: Pool, shopId: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from webhook_deliveries where shop_id = $1 and state = 'pending'`,
    [shopId],
  )
  return rows[0]!.count
}
