/** Deliveries by the day: partitions that are there in time, and what is old going with them while others write. */
import pg from 'pg'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import {
  ensureDeliveryPartitions,
  ensurePartitionsAtStart,
  listPartitions,
  partitionOf,
} from '~/db/delivery-partitions.server'
import { dropOldDeliveries } from '~/db/old-deliveries.server'
import { FEW_BODIES, NO_BODIES, rewritePartition, WITHOUT_BODIES } from '~/db/rewrite-deliveries.server'
import { identify, recordDeliveries } from '~/webhooks/record-deliveries.server'
import { inTransaction } from '~/transaction.server'
import { installedShop } from '../factories/shops.ts'

const NOW = new Date('2031-05-20T12:00:00Z')
const never = new AbortController().signal

let shop: { id: string; domain: string }

beforeEach(async () => {
  shop = await installedShop()
  for (const { name } of await listPartitions(pool)) await pool.query(`drop table partitions.${name}`)
  await pool.query('truncate webhook_deliveries')
})

afterAll(closeDatabase)

const ago = (days: number) => new Date(NOW.getTime() - days * 86_400_000)
const partitionNames = async () => (await listPartitions(pool)).map(({ name }) => name)
const commentOf = async (day: Date) =>
  (await listPartitions(pool)).find(({ name }) => name === partitionOf(day).name)?.comment

/** Without a partition for its day it goes to the one for all others. */
const add = (receivedAt: Date, { count = 1, state = 'applied' } = {}) =>
  pool.query(
    `insert into webhook_deliveries (shop_id, topic, webhook_id, state, received_at, payload, error)
     select $1, 'orders/updated', gen_random_uuid(), $2, $3, '{"email":"ada@example.com"}', 'note' || n
     from generate_series(1, $4) as n`,
    [shop.id, state, receivedAt, count],
  )

/** By the table in which they are. */
async function rowsByTable() {
  const { rows } = await pool.query<{ table: string; rows: number; bodies: number }>(
    `select tableoid::regclass::text as table, count(*)::int as rows, count(payload)::int as bodies
     from webhook_deliveries group by 1 order by 1`,
  )
  return rows
}

const clean = () => dropOldDeliveries(pool, { bodiesDays: 7, rowsDays: 30 }, NOW, never)

describe('partitions', () => {
  it('are made from yesterday to a week ahead, each with a unique index of its own', async () => {
    await ensureDeliveryPartitions(pool, NOW)
    const days = ['19', '20', '21', '22', '23', '24', '25', '26', '27']
    expect(await partitionNames()).toEqual(days.map((day) => `webhook_deliveries_203105${day}`))
    await add(NOW)
    expect(await rowsByTable()).toMatchObject([{ table: 'partitions.webhook_deliveries_20310520', rows: 1 }])
    const twice = `insert into webhook_deliveries (shop_id, topic, webhook_id, state, received_at)
      select $1, 'orders/updated', 'same', 'applied', $2 from generate_series(1, 2)`
    await expect(pool.query(twice, [shop.id, NOW])).rejects.toThrow('webhook_deliveries_20310520_webhook_id_key')
  })

  it('take what came before they were there', async () => {
    await add(NOW, { count: 3 })
    await add(ago(50))
    const idsOf = async () =>
      (await pool.query('select id, error from webhook_deliveries order by id')).rows as unknown[]
    const before = await idsOf()
    await ensureDeliveryPartitions(pool, NOW)
    expect(await rowsByTable()).toEqual([
      { table: 'partitions.webhook_deliveries_20310520', rows: 3, bodies: 3 },
      { table: 'partitions.webhook_deliveries_default', rows: 1, bodies: 1 },
    ])
    expect(await idsOf()).toEqual(before)
  })

  it('are not vacuumed for what was inserted, with their bodies, before and after those are gone', async () => {
    await ensureDeliveryPartitions(pool, NOW)
    const vacuumedForInserts = async () => {
      const { rows } = await pool.query(
        `select relation.oid::regclass::text as name from pg_inherits
         join pg_class as part on part.oid = inhrelid
         join pg_class as relation on relation.oid in (part.oid, part.reltoastrelid)
         where inhparent = 'webhook_deliveries'::regclass
           and relation.reloptions is distinct from '{autovacuum_vacuum_insert_threshold=-1}'`,
      )
      return rows
    }
    // The default one, which a migration made, is among them.
    expect(await vacuumedForInserts()).toEqual([])
    await rewritePartition(pool, partitionOf(NOW), WITHOUT_BODIES)
    expect(await vacuumedForInserts()).toEqual([])
  })

  it('may be made by several processes at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => ensureDeliveryPartitions(pool, NOW)))
    expect(await partitionNames()).toHaveLength(9)
  })
})

describe('at a start, while an erasure has the default partition locked,', () => {
  const erase = 'lock table partitions.webhook_deliveries_default in row exclusive mode'

  it('what is needed in a week is left to the cleanup', async () => {
    await ensureDeliveryPartitions(pool, ago(1))
    const client = await pool.connect()
    try {
      await client.query(`begin; ${erase}`)
      expect(await ensurePartitionsAtStart(pool, NOW)).toEqual(['webhook_deliveries_20310527'])
      await client.query('commit')
    } finally {
      client.release()
    }
    expect(await ensurePartitionsAtStart(pool, NOW)).toEqual([])
    expect(await partitionNames()).toContain('webhook_deliveries_20310527')
  })

  it('the partition of the day is waited for', async () => {
    await ensureDeliveryPartitions(pool, NOW)
    await pool.query(`drop table partitions.${partitionOf(NOW).name}`)
    const client = await pool.connect()
    try {
      await client.query(`begin; ${erase}`)
      const started = ensurePartitionsAtStart(pool, NOW)
      const isRefused = `select count(*)::int as count from pg_locks
        where relation = 'partitions.webhook_deliveries_default'::regclass and not granted`
      const refused = async () => (await pool.query<{ count: number }>(isRefused)).rows[0]!.count
      // More often than the other days are tried.
      for (let attempt = 1; attempt <= 4; attempt += 1) {
        await expect.poll(refused, { interval: 10, timeout: 5_000 }).toBe(1)
        await expect.poll(refused, { interval: 10, timeout: 5_000 }).toBe(0)
      }
      await client.query('commit')
      expect(await started).toEqual([])
    } finally {
      client.release()
    }
    expect(await partitionNames()).toContain(partitionOf(NOW).name)
  })
})

describe('a day that is old', () => {
  beforeEach(async () => {
    for (const days of [40, 31, 30, 8, 7]) await ensureDeliveryPartitions(pool, ago(days))
  })

  it('goes as a whole after a month, and not before all of it is a month old', async () => {
    await add(ago(31), { count: 4 })
    await add(ago(30), { count: 2 })
    expect(await clean()).toEqual({ rows: 4, bodies: 2 })
    expect(await partitionNames()).not.toContain(partitionOf(ago(31)).name)
    expect(await rowsByTable()).toEqual([{ table: `partitions.${partitionOf(ago(30)).name}`, rows: 2, bodies: 0 }])
  })

  it('stays with what still waits to be applied, body and all', async () => {
    await add(ago(40), { count: 4 })
    await add(ago(40), { state: 'pending' })
    expect(await clean()).toEqual({ rows: 4, bodies: 0 })
    expect(await rowsByTable()).toEqual([{ table: `partitions.${partitionOf(ago(40)).name}`, rows: 1, bodies: 1 }])
    expect(await clean()).toEqual({ rows: 0, bodies: 0 })
    await pool.query(`update webhook_deliveries set state = 'applied'`)
    expect(await clean()).toEqual({ rows: 1, bodies: 0 })
  })

  it('loses its bodies after a week, once, and keeps its rows as they were', async () => {
    await add(ago(8), { count: 3 })
    await add(ago(8), { state: 'dead' })
    const columns = 'select id, topic, webhook_id, received_at, state, error from webhook_deliveries order by id'
    const before = (await pool.query(columns)).rows
    expect(await clean()).toEqual({ rows: 0, bodies: 4 })
    expect((await pool.query(columns)).rows).toEqual(before)
    expect(await commentOf(ago(8))).toBe(NO_BODIES)
    expect(await clean()).toEqual({ rows: 0, bodies: 0 })
    // Still a partition like any other: a delivery that is known is known.
    const { rows } = await pool.query(
      `select indexdef from pg_indexes where schemaname = 'partitions' and tablename = $1`,
      [partitionOf(ago(8)).name],
    )
    expect(rows).toHaveLength(6)
  })

  it('loses the body of what waited when that has been applied', async () => {
    await add(ago(8), { count: 2 })
    await add(ago(8), { state: 'pending' })
    expect(await clean()).toEqual({ rows: 0, bodies: 2 })
    expect(await commentOf(ago(8))).toBe(FEW_BODIES)
    expect(await clean()).toEqual({ rows: 0, bodies: 0 })
    await pool.query(`update webhook_deliveries set state = 'applied'`)
    expect(await clean()).toEqual({ rows: 0, bodies: 1 })
    expect(await commentOf(ago(8))).toBe(NO_BODIES)
  })

  it('goes on where a process died in the middle', async () => {
    await add(ago(8), { count: 3 })
    const { name } = partitionOf(ago(8))
    await pool.query(
      `create table partitions.${name}_next (id bigint); create table partitions.${name}_changes (id bigint)`,
    )
    await pool.query(
      `create trigger note_changes after insert or update or delete on partitions.${name}
       for each row execute function partitions.note_changed_delivery()`,
    )
    expect(await clean()).toEqual({ rows: 0, bodies: 3 })
    const { rows } = await pool.query(
      `select relname from pg_class where relname like $1 || '\\_%' and relkind = 'r'`,
      [name],
    )
    expect(rows).toEqual([])
  })
})

describe('while a day is rewritten', () => {
  const day = partitionOf(ago(8))

  beforeEach(() => ensureDeliveryPartitions(pool, ago(8)))

  it('deliveries are recorded without a failure, and none is lost nor changed back', async () => {
    await ensureDeliveryPartitions(pool, NOW)
    await add(ago(8), { count: 30_000 })
    await add(ago(8), { count: 200, state: 'pending' })
    const { rows: waiting } = await pool.query<{ id: string }>(
      `select id from webhook_deliveries where state = 'pending'`,
    )
    const stop = new AbortController()
    const written: string[] = []
    const inbox = async (worker: number) => {
      const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] })
      await client.connect()
      try {
        await client.query(`set lock_timeout = '150ms'`)
        for (let n = 0; !stop.signal.aborted; n += 1) {
          const webhookId = `${worker} ${n}`
          await client.query('begin')
          await client.query(
            `insert into webhook_deliveries (shop_id, topic, webhook_id, state, received_at, payload)
             values ($1, 'carts/update', $2, 'applied', $3, '{}')`,
            [shop.id, webhookId, n % 2 === 0 ? NOW : ago(8)],
          )
          await client.query('commit')
          written.push(webhookId)
        }
      } finally {
        await client.end()
      }
    }
    const applying = async () => {
      for (const { id } of waiting)
        await pool.query(
          `update webhook_deliveries set state = 'applied', error = 'late' where shop_id = $1 and id = $2`,
          [shop.id, id],
        )
    }
    const writers = [inbox(1), inbox(2), inbox(3)]
    await expect.poll(() => written.length).toBeGreaterThan(20)
    const applied = applying()
    await rewritePartition(pool, day, WITHOUT_BODIES)
    const during = written.length
    await expect.poll(() => written.length).toBeGreaterThan(during + 20)
    stop.abort()
    await Promise.all([...writers, applied])
    const { rows } = await pool.query<{ webhook_id: string }>(
      `select webhook_id from webhook_deliveries where topic = 'carts/update'`,
    )
    expect(rows.map(({ webhook_id }) => webhook_id).sort()).toEqual(written.toSorted())
    const [late] = (await pool.query(`select count(*)::int as count from webhook_deliveries where error = 'late'`)).rows
    expect(late).toEqual({ count: 200 })
    const [old] = (await pool.query(`select count(*)::int as count from webhook_deliveries where error like 'note%'`))
      .rows
    expect(old).toEqual({ count: 30_000 })
  })

  it('what was changed or removed after it was copied is so afterwards', async () => {
    await add(ago(8), { count: 3 })
    const client = await pool.connect()
    try {
      await client.query('begin')
      // Holds the lock that the exchange needs, so that this happens between the copy and the exchange.
      await client.query('select from webhook_deliveries limit 0')
      const rewriting = rewritePartition(pool, day, WITHOUT_BODIES)
      const next = `select count(*)::int as count from partitions.${day.name}_next`
      await expect
        .poll(() =>
          pool.query<{ count: number }>(next).then(
            ({ rows }) => rows[0]!.count,
            () => 0,
          ),
        )
        .toBe(3)
      await pool.query(`delete from webhook_deliveries where error = 'note1'`)
      await pool.query(`update webhook_deliveries set repeats = 5 where error = 'note2'`)
      await client.query('commit')
      await rewriting
    } finally {
      client.release()
    }
    const { rows } = await pool.query('select error, repeats, payload from webhook_deliveries order by id')
    expect(rows).toEqual([
      { error: 'note2', repeats: 5, payload: null },
      { error: 'note3', repeats: 0, payload: null },
    ])
  })
})

describe('a delivery that comes again', () => {
  const rowOf = (triggeredAt: string, receivedAt: string) => {
    const ids = { shopDomain: shop.domain, topic: 'orders/updated', webhookId: 'w', eventId: null, apiVersion: null }
    const delivery = { ...ids, triggeredAt, receivedAt, body: {}, storable: '{}' }
    return { shopId: shop.id, delivery, state: 'applied', attempts: 1, error: null, payload: '{}' } as const
  }

  beforeEach(() => ensureDeliveryPartitions(pool, NOW))

  it('after midnight is known from the day before', async () => {
    const record = (receivedAt: string) => {
      const row = rowOf('2031-05-19T23:59:50.000000Z', receivedAt)
      return inTransaction(pool, (client) => recordDeliveries(client, [row]))
    }
    expect(await record('2031-05-19T23:59:51.000Z')).toEqual([expect.any(String)])
    expect(await record('2031-05-20T00:00:30.000Z')).toEqual([null])
  })

  it('is looked for without opening a day on which it cannot have come, however statements are planned', async () => {
    const row = rowOf('2031-05-20T11:00:00.000000Z', '2031-05-20T11:30:00.000Z')
    const locked = await inTransaction(
      pool,
      async (client) => {
        expect(await identify(client, [row], ['1'])).toEqual([{ deliveryId: '1', repeats: 0 }])
        const { rows } = await client.query<{ name: string }>(
          `select relname as name from pg_locks join pg_class on pg_class.oid = relation
           where pid = pg_backend_pid() and relkind = 'r' and relname like 'webhook\\_deliveries\\_%' order by 1`,
        )
        return rows.map(({ name }) => name)
      },
      { byKey: true },
    )
    // The day after, too, for whoever has a clock that goes before ours.
    expect(locked).toEqual(['webhook_deliveries_20310520', 'webhook_deliveries_20310521'])
  })
})
