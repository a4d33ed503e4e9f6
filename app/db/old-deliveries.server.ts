/** Throws away deliveries that have been kept for long enough, and before that their bodies: a day at a time. */
import type { Pool } from 'pg'
import { inBriefTransaction } from './brief-transaction.server'
import { type KnownPartition, listPartitions } from './delivery-partitions.server'
import {
  FEW_BODIES,
  NO_BODIES,
  ONLY_PENDING,
  REWRITE_LOCK,
  rewritePartition,
  WITHOUT_BODIES,
} from './rewrite-deliveries.server'
import { withSessionLock } from './session-lock.server'

export interface DeliveryRetention {
  bodiesDays: number
  rowsDays: number
}

export interface Removed {
  rows: number
  bodies: number
}

const DAY_MS = 86_400_000

/**
 * Of each day that is over for longer than the limit. A delivery that waits to be applied stays with its body, however old.
 * Returns what was removed: nothing when another process is at it. Stops before the next day when told to.
 */
export async function dropOldDeliveries(
  pool: Pool,
  { bodiesDays, rowsDays }: DeliveryRetention,
  now: Date,
  stopping: AbortSignal,
): Promise<Removed> {
  const removed: Removed = { rows: 0, bodies: 0 }
  const isOver = ({ to }: KnownPartition, days: number) => to.getTime() <= now.getTime() - days * DAY_MS
  await withSessionLock(pool, REWRITE_LOCK, async () => {
    for (const partition of await listPartitions(pool)) {
      if (stopping.aborted) return
      if (isOver(partition, rowsDays)) removed.rows += await removeRows(pool, partition)
      else if (isOver(partition, bodiesDays)) removed.bodies += await removeBodies(pool, partition)
    }
  })
  return removed
}

async function removeRows(pool: Pool, partition: KnownPartition): Promise<number> {
  const { rows } = await pool.query<{ all: number; pending: number }>(
    `select count(*)::int as all, count(*) filter (where state = 'pending')::int as pending
     from partitions.${partition.name}`,
  )
  const { all, pending } = rows[0]!
  if (pending === 0) {
    await inBriefTransaction(pool, async (client) => {
      await client.query(`alter table webhook_deliveries detach partition partitions.${partition.name}`)
      await client.query(`drop table partitions.${partition.name}`)
    })
    return all
  }
  if (pending === all) return 0
  const { before, after } = await rewritePartition(pool, partition, ONLY_PENDING)
  return before.rows - after.rows
}

async function removeBodies(pool: Pool, partition: KnownPartition): Promise<number> {
  if (partition.comment === NO_BODIES) return 0
  if (partition.comment === FEW_BODIES) return removeFewBodies(pool, partition)
  const { before, after } = await rewritePartition(pool, partition, WITHOUT_BODIES)
  return before.bodies - after.bodies
}

/** What waited when the others lost their bodies, and has been applied since. */
async function removeFewBodies(pool: Pool, { name }: KnownPartition): Promise<number> {
  const { rowCount } = await pool.query(
    `update partitions.${name} set payload = null where payload is not null and state <> 'pending'`,
  )
  const { rows } = await pool.query<{ bodies: number }>(`select count(payload)::int as bodies from partitions.${name}`)
  if (rows[0]!.bodies === 0) {
    await inBriefTransaction(pool, (client) => client.query(`comment on table partitions.${name} is '${NO_BODIES}'`))
  }
  return rowCount ?? 0
}
