/** The schedule over many shops: who is asked when, in which queue, and what happens to a slot that nobody enqueued. */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { boss, stopBoss } from '~/jobs/boss.server'
import { enqueueSlot, enqueueSync } from '~/jobs/enqueue.server'
import { catchUp, tick } from '~/jobs/schedule.server'
import { takeTurn } from '~/jobs/turn.server'
import { copiedOnce, installedShop } from '../factories/shops.ts'

const MINUTE = 60_000
const at = new Date('2026-11-22T10:00:00Z')
const next = new Date('2026-11-22T10:15:00Z')

await boss()

beforeEach(async () => {
  await pool.query('truncate pgboss.job, shops, sync_states, schedule_slots cascade')
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
})

interface Job {
  queue: string
  shopId: string
  resource: string
  trigger: string
  startAfter: Date
}

async function jobs(): Promise<Job[]> {
  const { rows } = await pool.query<Job>(
    `select name as queue, data->>'shopId' as "shopId", data->>'resource' as resource, data->>'trigger' as trigger,
       start_after as "startAfter"
     from pgboss.job order by start_after, id`,
  )
  return rows
}

async function shops(count: number): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into shops (domain, installed_at)
     select 'many-' || n || '.myshopify.com', '2026-01-01' from generate_series(1, $1) as n returning id`,
    [count],
  )
  return rows.map(({ id }) => id)
}

async function copiedShop(): Promise<string> {
  const { id } = await installedShop()
  await pool.query(`update shops set installed_at = '2026-01-01' where id = $1`, [id])
  await copiedOnce(id)
  await pool.query(`update sync_states set last_success_at = '2026-11-22T09:50:00Z' where shop_id = $1`, [id])
  return id
}

describe('a slot', () => {
  it('spreads shops evenly over the time until the next one, each at its own place for ever', async () => {
    await shops(2_000)
    await tick('orders', at, next)
    const minuteOf = ({ startAfter }: Job) => Math.floor((startAfter.getTime() - at.getTime()) / MINUTE)
    const first = await jobs()
    const perMinute = Map.groupBy(first, minuteOf)
    expect([...perMinute.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, minute) => minute))
    for (const inMinute of perMinute.values()) expect(inMinute.length).toBeLessThan(200)
    await pool.query('truncate pgboss.job')
    await tick('orders', next, new Date('2026-11-22T10:30:00Z'))
    const places = (list: Job[], from: Date) =>
      new Map(list.map(({ shopId, startAfter }) => [shopId, startAfter.getTime() - from.getTime()]))
    expect(places(await jobs(), next)).toEqual(places(first, at))
  })

  it('of ten thousand shops takes a few statements', async () => {
    await shops(10_000)
    const statements = vi.spyOn(pool, 'query')
    await tick('orders', at, next)
    expect(statements.mock.calls.length).toBeLessThan(20)
    expect(await jobs()).toHaveLength(10_000)
  })

  it('of a schedule that runs once a day keeps the shops within an hour', async () => {
    await shops(200)
    await tick('orders', at, new Date('2026-11-23T10:00:00Z'))
    const latest = Math.max(...(await jobs()).map(({ startAfter }) => startAfter.getTime()))
    expect(latest).toBeLessThan(at.getTime() + 60 * MINUTE)
  })

  it('leaves out shops that do not have the app or are paused', async () => {
    const [uninstalled, paused, sound] = await shops(3)
    await pool.query('update shops set uninstalled_at = now() where id = $1', [uninstalled])
    await pool.query(
      `update shops set paused_since = now(), probed_at = now(), pause_reason = 'frozen' where id = $1`,
      [paused],
    )
    await tick('orders', at, next)
    expect((await jobs()).map(({ shopId }) => shopId)).toEqual([sound])
  })

  it('asks for what was never read as a whole in a queue of its own', async () => {
    const [fresh] = await shops(1)
    const copied = await copiedShop()
    await tick('orders', at, next)
    const queues = new Map((await jobs()).map(({ shopId, queue }) => [shopId, queue]))
    expect(queues).toEqual(
      new Map([
        [fresh, 'first-copy'],
        [copied, 'sync'],
      ]),
    )
  })
})

describe('what is asked for by hand', () => {
  it('does not wait for the place of the shop in its slot', async () => {
    const shopId = await copiedShop()
    const far = {
      resource: 'orders',
      at: new Date(Date.now() + 60 * MINUTE),
      spreadMs: 0,
      trigger: 'schedule',
    } as const
    await enqueueSlot(far, [{ shopId, isCopied: true }])
    expect(await enqueueSync(shopId, 'orders', { trigger: 'manual' })).toBe(0)
    const [job, ...others] = await jobs()
    expect(others).toEqual([])
    expect(job!.startAfter.getTime()).toBeLessThanOrEqual(Date.now())
  })

  it('comes before what the schedule asks for', async () => {
    const [busy, wanted] = [await copiedShop(), await copiedShop()]
    await enqueueSlot({ resource: 'orders', at, spreadMs: 0, trigger: 'schedule' }, [{ shopId: busy, isCopied: true }])
    await enqueueSync(wanted, 'orders', { trigger: 'manual' })
    const [job] = await (await boss()).fetch<{ shopId: string }>('sync')
    expect(job!.data.shopId).toBe(wanted)
  })

  it('as a whole goes where what takes long goes', async () => {
    const shopId = await copiedShop()
    await enqueueSync(shopId, 'orders', { trigger: 'manual', force: true })
    await enqueueSync(shopId, 'products', { trigger: 'manual' })
    expect((await jobs()).map(({ queue, resource }) => [queue, resource]).sort()).toEqual([
      ['first-copy', 'orders'],
      ['sync', 'products'],
    ])
  })
})

describe('a slot that came while nothing ran', () => {
  const later = new Date('2026-11-22T11:07:00Z')

  it('is caught up once for each shop, however many processes start, and however often', async () => {
    const shopId = await copiedShop()
    await tick('orders', at, next)
    await pool.query('truncate pgboss.job')
    await Promise.all([catchUp(later), catchUp(later), catchUp(later)])
    expect(await jobs()).toMatchObject([{ shopId, resource: 'orders', trigger: 'catch-up', startAfter: next }])
    const [job] = await (await boss()).fetch('sync')
    await (await boss()).complete('sync', job!.id)
    await catchUp(later)
    expect(await jobs()).toHaveLength(1)
  })

  it('of which some shops had been asked is caught up for the others', async () => {
    const [asked, forgotten] = [await copiedShop(), await copiedShop()]
    await tick('orders', at, next)
    await pool.query('truncate pgboss.job')
    // The process ended in the middle of the slot.
    await enqueueSlot({ resource: 'orders', at: next, spreadMs: 0, trigger: 'schedule' }, [
      { shopId: asked, isCopied: true },
    ])
    await catchUp(later)
    expect((await jobs()).map(({ shopId, trigger }) => [shopId, trigger]).sort()).toEqual([
      [asked, 'schedule'],
      [forgotten, 'catch-up'],
    ])
  })

  it('is nothing to a shop that has been read since, or that did not have the app then', async () => {
    const read = await copiedShop()
    await tick('orders', at, next)
    await pool.query('truncate pgboss.job')
    await pool.query(`update sync_states set last_success_at = '2026-11-22T10:20:00Z' where shop_id = $1`, [read])
    const young = await copiedShop()
    await pool.query(`update shops set installed_at = '2026-11-22T10:40:00Z' where id = $1`, [young])
    await catchUp(later)
    expect(await jobs()).toEqual([])
  })

  it('is none when the slots were kept, or when there never was one', async () => {
    await copiedShop()
    await catchUp(later)
    await tick('orders', at, next)
    await pool.query('truncate pgboss.job')
    await catchUp(new Date('2026-11-22T10:15:05Z'))
    expect(await jobs()).toEqual([])
  })
})

describe('the turn of a first copy', () => {
  const stopping = new AbortController().signal

  it('ends when it is over and another shop waits', async () => {
    const turn = takeTurn('first-copy', stopping, 0, 10)
    const [other] = await shops(1)
    await enqueueSync(other!, 'orders', { trigger: 'install' })
    await expect.poll(() => turn.signal.aborted).toBe(true)
    turn.end()
  })

  it('goes on while nobody waits', async () => {
    const asked = vi.spyOn(pool, 'query')
    const turn = takeTurn('first-copy', stopping, 0, 10)
    await expect.poll(() => asked.mock.calls.length).toBeGreaterThan(2)
    expect(turn.signal.aborted).toBe(false)
    turn.end()
  })
})
