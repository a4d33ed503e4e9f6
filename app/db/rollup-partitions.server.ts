/** The monthly partitions of webhook_rollups, in the schema `partitions`. Months are those of UTC. */
import type { Pool, PoolClient } from 'pg'
import { inBriefTransaction } from './brief-transaction.server'
import { name } from './mirror-sql'

const MONTHS_AHEAD = 2
const PREFIX = 'webhook_rollups_'

interface Month {
  partition: string
  from: Date
  to: Date
}

function month(year: number, index: number): Month {
  const [from, to] = [new Date(Date.UTC(year, index)), new Date(Date.UTC(year, index + 1))]
  return { partition: name(PREFIX + from.toISOString().slice(0, 7).replace('-', '')), from, to }
}

/** Makes the partitions of this month and of the next two, where they are missing. Returns their names. */
export async function makeRollupPartitions(pool: Pool, now: Date): Promise<string[]> {
  const made: string[] = []
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
    const wanted = month(now.getUTCFullYear(), now.getUTCMonth() + ahead)
    if (await inBriefTransaction(pool, (client) => make(client, wanted))) made.push(wanted.partition)
  }
  return made
}

/** What the default partition took in meanwhile moves to the new one: a range cannot be attached that it has rows of. */
async function make(client: PoolClient, { partition, from, to }: Month): Promise<boolean> {
  // Two processes that clean up at the same time.
  await client.query('select pg_advisory_xact_lock(hashtext($1))', [`lockstep partitions ${PREFIX}`])
  const { rows } = await client.query<{ isThere: boolean }>(
    `select to_regclass('partitions.' || $1) is not null as "isThere"`,
    [partition],
  )
  if (rows[0]!.isThere) return false
  await client.query('lock table partitions.webhook_rollups_default in access exclusive mode')
  await client.query(
    `create table partitions.${partition} (like webhook_rollups including defaults including constraints)`,
  )
  await client.query(
    `with moved as (
       delete from partitions.webhook_rollups_default where hour >= $1 and hour < $2 returning *
     )
     insert into partitions.${partition} select * from moved`,
    [from, to],
  )
  const bounds = `from ('${from.toISOString()}') to ('${to.toISOString()}')`
  await client.query(`alter table webhook_rollups attach partition partitions.${partition} for values ${bounds}`)
  return true
}

/** Drops the months that ended more than so many days ago. Returns how many. */
export async function dropRollupPartitions(pool: Pool, now: Date, keepDays: number): Promise<number> {
  const keptSince = new Date(now.getTime() - keepDays * 86_400_000)
  const { rows } = await pool.query<{ partition: string }>(
    `select child.relname as partition
     from pg_inherits
     join pg_class as child on child.oid = pg_inherits.inhrelid
     where pg_inherits.inhparent = 'webhook_rollups'::regclass and child.relname ~ '^${PREFIX}\\d{6}$'
     order by child.relname`,
  )
  const old = rows.filter(({ partition }) => endOf(partition) <= keptSince)
  for (const { partition } of old) {
    await inBriefTransaction(pool, (client) => client.query(`drop table if exists partitions.${name(partition)}`))
  }
  await pool.query('delete from partitions.webhook_rollups_default where hour < $1', [keptSince])
  return old.length
}

function endOf(partition: string): Date {
  const [year, index] = [partition.slice(-6, -2), partition.slice(-2)].map(Number)
  return month(year!, index! - 1).to
}
