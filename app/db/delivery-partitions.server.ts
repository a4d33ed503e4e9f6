/**
 * The partitions of webhook_deliveries: one for each day (UTC) on which deliveries were received, and one for days that
 * nobody made a partition for. Their names hold the day, and are made here alone.
 */
import type { Pool, PoolClient } from 'pg'
import { inBriefTransaction } from './brief-transaction.server'
import { isLockTimeout } from './sql-state'

const PREFIX = 'webhook_deliveries_'
const DAY_MS = 86_400_000

const ON_ITS_DAY = 'received_on_its_day'

export const DEFAULT_PARTITION = `partitions.${PREFIX}default`

export interface Partition {
  /** Without its schema, which is `partitions`. */
  name: string
  /** When its day begins, and when it has ended. */
  from: Date
  to: Date
}

export function partitionOf(day: Date): Partition {
  const from = new Date(Math.floor(day.getTime() / DAY_MS) * DAY_MS)
  const name = PREFIX + from.toISOString().slice(0, 10).replaceAll('-', '')
  return { name, from, to: new Date(from.getTime() + DAY_MS) }
}

export interface KnownPartition extends Partition {
  /** Its comment: what is known of the bodies in it. */
  comment: string | null
}

/** Those of days, the oldest first. */
export async function listPartitions(pool: Pool): Promise<KnownPartition[]> {
  const { rows } = await pool.query<{ name: string; comment: string | null }>(
    `select part.relname as name, obj_description(part.oid, 'pg_class') as comment
     from pg_inherits
     join pg_class as part on part.oid = inhrelid
     where inhparent = 'webhook_deliveries'::regclass and part.relname ~ '^${PREFIX}\\d{8}$'
     order by part.relname`,
  )
  return rows.map(({ name, comment }) => {
    const [, year, month, day] = /(\d{4})(\d\d)(\d\d)$/.exec(name)!
    return { ...partitionOf(new Date(`${year}-${month}-${day}T00:00:00Z`)), comment }
  })
}

/** From yesterday, for a process whose clock is behind, to a week ahead. */
const DAYS_BEFORE = 1
const DAYS_AHEAD = 7

/**
 * Makes the partitions of the days around `now` that are not there. What the default partition holds of such a day is moved.
 * Any number of processes may do so at once.
 */
export async function ensureDeliveryPartitions(pool: Pool, now: Date): Promise<void> {
  for (const partition of await missingPartitions(pool, now))
    await inBriefTransaction(pool, (client) => makePartition(client, partition))
}

const ATTEMPTS_AT_OTHER_DAYS = 3

/**
 * The same for a start, which fails for want of the day of `now` alone: a long erasure locks the default partition, which takes
 * meanwhile what comes on other days. Returns the names of those that are left to the cleanup.
 */
export async function ensurePartitionsAtStart(pool: Pool, now: Date): Promise<string[]> {
  const left: string[] = []
  for (const partition of await missingPartitions(pool, now)) {
    const isToday = partition.name === partitionOf(now).name
    const options = isToday ? {} : { mostAttempts: ATTEMPTS_AT_OTHER_DAYS }
    try {
      await inBriefTransaction(pool, (client) => makePartition(client, partition), options)
    } catch (error) {
      if (isToday || !isLockTimeout(error)) throw error
      left.push(partition.name)
    }
  }
  return left
}

async function missingPartitions(pool: Pool, now: Date): Promise<Partition[]> {
  const known = new Set((await listPartitions(pool)).map(({ name }) => name))
  const partitions: Partition[] = []
  for (let days = -DAYS_BEFORE; days <= DAYS_AHEAD; days += 1)
    partitions.push(partitionOf(new Date(now.getTime() + days * DAY_MS)))
  return partitions.filter(({ name }) => !known.has(name))
}

async function makePartition(client: PoolClient, partition: Partition): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('delivery partitions', 0))`)
  const table = `partitions.${partition.name}`
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [table])
  if (rows[0]!.exists) return
  await createTable(client, partition.name, partition)
  await client.query(`lock table ${DEFAULT_PARTITION} in access exclusive mode`)
  await client.query(
    `with moved as (
       delete from ${DEFAULT_PARTITION} where received_at >= $1 and received_at < $2 returning *
     )
     insert into ${table} (${await deliveryColumns(client)}) select ${await deliveryColumns(client)} from moved`,
    [partition.from, partition.to],
  )
  await attach(client, partition)
}

/**
 * Vacuum comes for rows that have changed, not for those that were inserted: see docs/decisions/017
 * (PostgreSQL's documentation of `autovacuum_vacuum_insert_threshold`).
 */
const VACUUMED_BY_NEED = 'autovacuum_vacuum_insert_threshold = -1, toast.autovacuum_vacuum_insert_threshold = -1'

/**
 * A table that can become the partition without being looked through, and with its own unique index: one of the whole
 * table would have to contain the day.
 */
export async function createTable(client: PoolClient, name: string, { from, to }: Partition): Promise<void> {
  await client.query(
    `create table partitions.${name} (like webhook_deliveries including all) with (${VACUUMED_BY_NEED})`,
  )
  // Else the planner remembers bodies that are erased.
  await client.query(`alter table partitions.${name} alter column payload set statistics 0`)
  await client.query(
    `alter table partitions.${name} add constraint ${ON_ITS_DAY}
     check (received_at >= '${from.toISOString()}' and received_at < '${to.toISOString()}')`,
  )
  await client.query(`create unique index ${name}_webhook_id_key on partitions.${name} (shop_id, topic, webhook_id)`)
}

export async function attach(client: PoolClient, { name, from, to }: Partition): Promise<void> {
  await client.query(
    `alter table webhook_deliveries attach partition partitions.${name}
     for values from ('${from.toISOString()}') to ('${to.toISOString()}')`,
  )
  await client.query(`alter table partitions.${name} drop constraint ${ON_ITS_DAY}`)
}

/** The columns of the table, for a text of SQL. */
export async function deliveryColumns(client: Pool | PoolClient, payload = 'payload'): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = 'webhook_deliveries'::regclass and attnum > 0 and not attisdropped
     order by attnum`,
  )
  return rows.map(({ name }) => (name === 'payload' ? payload : name)).join(', ')
}
