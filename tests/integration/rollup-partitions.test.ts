/** The months of webhook_rollups: made ahead, dropped when kept long enough, and nothing is lost where one was missing. */
import { afterAll, beforeEach, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { dropRollupPartitions, makeRollupPartitions } from '~/db/rollup-partitions.server'
import { installedShop } from '../factories/shops.ts'

/** Far from today, so that the migration made nothing near it. */
const now = new Date('2031-11-15T12:00:00Z')

let shop: string

beforeEach(async () => {
  await pool.query('truncate webhook_rollups')
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const add = (hour: string) =>
  pool.query(`insert into webhook_rollups (shop_id, topic, hour) values ($1, 'orders/updated', $2)`, [shop, hour])

/** Where each row lies, by hour. */
async function places(): Promise<string[]> {
  const { rows } = await pool.query<{ place: string }>(
    'select tableoid::regclass::text as place from webhook_rollups order by hour',
  )
  return rows.map(({ place }) => place.replace('partitions.webhook_rollups_', ''))
}

it('makes this month and the next two, once, and moves there what came before them', async () => {
  for (const hour of ['2031-11-30T23:00:00Z', '2031-12-01T00:00:00Z', '2032-02-01T00:00:00Z']) await add(hour)
  expect(await places()).toEqual(['default', 'default', 'default'])
  const made = (await Promise.all([makeRollupPartitions(pool, now), makeRollupPartitions(pool, now)])).flat()
  expect(made.sort()).toEqual(['webhook_rollups_203111', 'webhook_rollups_203112', 'webhook_rollups_203201'])
  expect(await places()).toEqual(['203111', '203112', 'default'])
  await add('2032-01-31T23:00:00Z')
  expect(await places()).toEqual(['203111', '203112', '203201', 'default'])
  await expect(add('2032-01-31T23:00:00Z')).rejects.toThrow('duplicate key')
})

it('drops a month that ended long enough ago, and no other', async () => {
  await makeRollupPartitions(pool, now)
  for (const hour of ['2031-11-30T23:00:00Z', '2031-12-01T00:00:00Z', '2032-03-01T00:00:00Z']) await add(hour)
  // What today's migration made is long past by then.
  await dropRollupPartitions(pool, now, 365)
  expect(await dropRollupPartitions(pool, new Date('2032-11-29T00:00:00Z'), 365)).toBe(0)
  expect(await dropRollupPartitions(pool, new Date('2032-11-30T00:00:00Z'), 365)).toBe(1)
  expect(await places()).toEqual(['203112', 'default'])
  await dropRollupPartitions(pool, new Date('2033-03-02T00:00:00Z'), 365)
  expect(await places()).toEqual([])
})

it('waits for a count that goes on, without a reader of figures waiting behind it', async () => {
  await makeRollupPartitions(pool, now)
  const [counting, reader] = [await pool.connect(), await pool.connect()]
  try {
    await counting.query('begin; lock table webhook_rollups in row exclusive mode')
    const dropped = dropRollupPartitions(pool, new Date('2032-11-30T00:00:00Z'), 365)
    const waits = `select count(*)::int as count from pg_locks
      where relation = 'webhook_rollups'::regclass and mode = 'AccessExclusiveLock' and not granted`
    await expect
      .poll(async () => (await pool.query<{ count: number }>(waits)).rows[0]!.count, { interval: 10, timeout: 5_000 })
      .toBe(1)
    await reader.query(`begin; set local lock_timeout = '1s'; select from webhook_rollups limit 1; commit`)
    await counting.query('commit')
    expect(await dropped).toBeGreaterThan(0)
  } finally {
    counting.release()
    reader.release()
  }
})
