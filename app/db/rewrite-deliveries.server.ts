/** Writes a day's deliveries anew, without what is not kept any longer, and puts the new table in the place of the old. */
import type { Pool, PoolClient } from 'pg'
import { inBriefTransaction } from './brief-transaction.server'
import { attach, createTable, deliveryColumns, type Partition } from './delivery-partitions.server'

/** What of the old table is kept. Texts of SQL, over its columns. */
export interface Kept {
  rows: string
  payload: string
}

const PENDING = `state = 'pending'`

/** Every row; only what waits to be applied keeps its body. */
export const WITHOUT_BODIES: Kept = { rows: 'true', payload: `case when ${PENDING} then payload end` }
export const ONLY_PENDING: Kept = { rows: PENDING, payload: 'payload' }

export interface Counts {
  rows: number
  bodies: number
}

/** The comment of a partition that has been rewritten: whether any bodies are left in it. */
export const NO_BODIES = 'no bodies'
export const FEW_BODIES = 'bodies of what waited to be applied'

/**
 * Nobody waits for the copy to be written: meanwhile a trigger notes which rows change, and those are copied again in the
 * moment in which the tables change places. What a process that died has left of this is cleared away first. Returns how
 * many rows and bodies there were before, and are now.
 */
export async function rewritePartition(
  pool: Pool,
  partition: Partition,
  kept: Kept,
): Promise<{ before: Counts; after: Counts }> {
  const { name } = partition
  const names = { old: name, next: `${name}_next`, changes: `${name}_changes` }
  await inBriefTransaction(pool, (client) => begin(client, partition, names))
  const before = await countIn(pool, names.old)
  await copy(pool, names, kept)
  const after = await countIn(pool, names.next)
  await inBriefTransaction(pool, async (client) => {
    // Whoever reads or writes a partition does so by way of the table: this lock is enough.
    await client.query('lock table only webhook_deliveries in access exclusive mode')
    const changed = await copyAgain(client, names, kept)
    await exchange(client, partition, names)
    const comment = after.bodies === 0 && changed === 0 ? NO_BODIES : FEW_BODIES
    await client.query(`comment on table partitions.${name} is '${comment}'`)
  })
  return { before, after }
}

async function countIn(pool: Pool, table: string): Promise<Counts> {
  const { rows } = await pool.query<Counts>(
    `select count(*)::int as rows, count(payload)::int as bodies from partitions.${table}`,
  )
  return rows[0]!
}

interface Names {
  old: string
  next: string
  changes: string
}

const TRIGGER = 'note_changes'

/** What holds the sole right to rewrite. */
export const REWRITE_LOCK = 'old deliveries'

/** Tables that are being written, or were left so: no partitions yet. */
export const HALF_REWRITTEN = { schema: 'partitions', name: '_next$' }

/**
 * Throws away what rewrites that were broken off have copied, unless one is going on: that one takes over every change. The
 * next rewrite begins anew in any case. Returns whether one is going on; if not, none begins before this transaction ends.
 */
export async function dropHalfRewritten(client: PoolClient): Promise<boolean> {
  const { rows: lock } = await client.query<{ mine: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine',
    [REWRITE_LOCK],
  )
  if (!lock[0]!.mine) return true
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname = $1 and tablename ~ $2`,
    [HALF_REWRITTEN.schema, HALF_REWRITTEN.name],
  )
  if (rows.length > 0) await client.query(`drop table ${rows.map(({ name }) => name).join(', ')}`)
  return false
}

async function begin(client: PoolClient, partition: Partition, { old, next, changes }: Names): Promise<void> {
  await client.query(`drop trigger if exists ${TRIGGER} on partitions.${old}`)
  await client.query(`drop table if exists partitions.${next}, partitions.${changes}`)
  await createTable(client, next, partition)
  // A vacuum would hold a lock, for longer than anybody waits here, just when the tables change places.
  await client.query(`alter table partitions.${next} set (autovacuum_enabled = false)`)
  await client.query(`create table partitions.${changes} (id bigint not null)`)
  await client.query(
    `create trigger ${TRIGGER} after insert or update or delete on partitions.${old}
     for each row execute function partitions.note_changed_delivery()`,
  )
}

async function copy(client: Pool | PoolClient, { old, next }: Names, kept: Kept, which = 'true'): Promise<void> {
  await client.query(
    `insert into partitions.${next} (${await deliveryColumns(client)})
     select ${await deliveryColumns(client, kept.payload)}
     from partitions.${old}
     where ${kept.rows} and ${which}`,
  )
}

/** Returns how many changes there were. */
async function copyAgain(client: PoolClient, names: Names, kept: Kept): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from partitions.${names.changes}`,
  )
  const { count } = rows[0]!
  if (count === 0) return 0
  const isChanged = `id in (select id from partitions.${names.changes})`
  await client.query(`delete from partitions.${names.next} where ${isChanged}`)
  await copy(client, names, kept, isChanged)
  return count
}

async function exchange(client: PoolClient, partition: Partition, { old, next, changes }: Names): Promise<void> {
  await client.query(`alter table webhook_deliveries detach partition partitions.${old}`)
  await client.query(`drop table partitions.${old}, partitions.${changes}`)
  await client.query(`alter table partitions.${next} rename to ${old}`)
  await client.query(`alter index partitions.${next}_webhook_id_key rename to ${old}_webhook_id_key`)
  await client.query(`alter table partitions.${old} reset (autovacuum_enabled)`)
  await attach(client, partition)
}
