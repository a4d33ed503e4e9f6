/** What makes two jobs the same, over a real queue. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Session } from '@shopify/shopify-api'
import { closeDatabase, pool } from '~/db.server'
import { inTransaction } from '~/transaction.server'
import { boss, stopBoss } from '~/jobs/boss.server'
import { enqueueApplyPending, enqueueSlot, enqueueSync } from '~/jobs/enqueue.server'
import type { Payload } from '~/jobs/catalogue'
import { handlers } from '~/jobs/handlers.server'
import { lookForOverdue } from '~/jobs/schedule.server'
import { PULLED_NAMES } from '~/resources/resource'
import { welcomeShop } from '~/welcome-shop.server'
import { copiedOnce, installedShop } from '../factories/shops.ts'

let shop: { id: string; domain: string }

beforeEach(async () => {
  shop = await installedShop()
  await pool.query('delete from pgboss.job')
})

afterAll(async () => {
  await stopBoss(0)
  await closeDatabase()
})

const queue = await boss()

/** Asks for the slot as a scheduler does. Returns how many jobs there are more. */
async function schedule(at: string, { shopId = shop.id, resource = 'orders' }: Partial<Payload<'sync'>> = {}) {
  const before = (await states()).length
  const slot = { resource, at: new Date(at), spreadMs: 0, trigger: 'schedule' } as const
  await enqueueSlot(slot, [{ shopId, isCopied: true }])
  return (await states()).length - before
}
const manual = () => enqueueSync(shop.id, 'orders', { trigger: 'manual' })

/** What a worker does to get its next job. */
async function take(): Promise<string | undefined> {
  const [job] = await queue.fetch('sync')
  return job?.id
}

async function states(): Promise<string[]> {
  const { rows } = await pool.query<{ state: string }>('select state::text from pgboss.job order by state::text')
  return rows.map(({ state }) => state)
}

describe('the same slot', () => {
  it('makes one job, however many processes tick', async () => {
    await Promise.all(Array.from({ length: 5 }, () => schedule('2026-11-22T10:15:00.000Z')))
    expect(await states()).toEqual(['created'])
  })

  it('makes no second one while the first is at work, nor when it is done', async () => {
    expect(await schedule('2026-11-22T10:15:00.000Z')).toBe(1)
    const id = (await take())!
    expect(await schedule('2026-11-22T10:15:00.000Z')).toBe(0)
    await queue.complete('sync', id)
    expect(await schedule('2026-11-22T10:15:00.000Z')).toBe(0)
    expect(await states()).toEqual(['completed'])
  })

  it('of another time, shop or resource makes a job of its own', async () => {
    const other = await installedShop()
    expect(await schedule('2026-11-22T10:15:00.000Z')).toBe(1)
    await queue.complete('sync', (await take())!)
    expect(await schedule('2026-11-22T10:30:00.000Z')).toBe(1)
    expect(await schedule('2026-11-22T10:30:00.000Z', { resource: 'products' })).toBe(1)
    expect(await schedule('2026-11-22T10:30:00.000Z', { shopId: other.id })).toBe(1)
  })
})

describe('of one shop and resource', () => {
  beforeEach(() => copiedOnce(shop.id))

  it('one job waits and one is at work, and no more', async () => {
    expect(await manual()).toBe(1)
    expect(await manual()).toBe(0)
    const first = await take()
    expect(first).toBeDefined()
    expect(await manual()).toBe(1)
    expect(await manual()).toBe(0)
    expect(await take()).toBeUndefined()
    expect(await states()).toEqual(['active', 'created'])
    await queue.complete('sync', first!)
    // A fetch passes over a row that the queue's own upkeep has locked just then; workers ask again, too.
    await expect.poll(take).toBeDefined()
  })

  it('a job that failed is tried again, and what was asked for meanwhile is not lost', async () => {
    await manual()
    const first = (await take())!
    await manual()
    await queue.fail('sync', first, { message: 'x' })
    expect(await states()).toEqual(['created', 'retry'])
    await expect.poll(take).toBeDefined()
  })

  it('all resources are asked for at once, and only those that do not wait yet', async () => {
    expect(await manual()).toBe(1)
    expect(await enqueueSync(shop.id, 'all', { trigger: 'install' })).toBe(PULLED_NAMES.length - 1)
    expect(await enqueueSync(shop.id, 'all', { trigger: 'install' })).toBe(0)
    expect(await enqueueSync(shop.id, [], { trigger: 'install' })).toBe(0)
    // There is nothing to read them from.
    expect(await enqueueSync(shop.id, 'carts', { trigger: 'manual' })).toBe(0)
  })
})

describe('a job that is asked for in a transaction', () => {
  it('exists when the transaction is committed, and not before', async () => {
    await inTransaction(pool, async (client) => {
      expect(await enqueueApplyPending(shop.id, { db: client })).toBe(true)
      expect(await enqueueApplyPending(shop.id, { db: client })).toBe(false)
      expect(await states()).toEqual([])
    })
    expect(await states()).toEqual(['created'])
  })

  it('does not exist when it is rolled back', async () => {
    const failing = inTransaction(pool, async (client) => {
      await enqueueApplyPending(shop.id, { db: client })
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await states()).toEqual([])
    expect(await enqueueApplyPending(shop.id)).toBe(true)
  })
})

describe('a shop that gets a token', () => {
  const session = (domain: string) =>
    new Session({ id: `offline_${domain}`, shop: domain, state: '', isOnline: false, scope: 'read_orders' })

  const waiting = async () => {
    const { rows } = await pool.query<{ resource: string }>(
      `select data->>'resource' as resource from pgboss.job where data->>'shopId' = $1 order by 1`,
      [shop.id],
    )
    return rows.map(({ resource }) => resource)
  }

  it('for the first time is recorded and its first copy asked for', async () => {
    await welcomeShop(session('brand-new.myshopify.com'))
    const { rows } = await pool.query<{ id: string; scopes: string }>(
      `select id, scopes from shops where domain = 'brand-new.myshopify.com' and installed_at is not null`,
    )
    expect(rows).toMatchObject([{ scopes: 'read_orders' }])
    shop = { id: rows[0]!.id, domain: 'brand-new.myshopify.com' }
    expect(await waiting()).toEqual([...PULLED_NAMES].sort())
  })

  it('again, an hour later, is asked only for what it has not got yet', async () => {
    await pool.query(
      `insert into sync_states (shop_id, resource, backfilled_at) values ($1, 'orders', now()), ($1, 'products', null)`,
      [shop.id],
    )
    await welcomeShop(session(shop.domain))
    await welcomeShop(session(shop.domain))
    expect(await waiting()).toEqual(['checkouts', 'customers', 'products'])
  })

  it('after it had removed the app catches up in everything', async () => {
    await pool.query(
      `insert into sync_states (shop_id, resource, backfilled_at) values ($1, 'orders', now()), ($1, 'products', now())`,
      [shop.id],
    )
    await pool.query('update shops set uninstalled_at = now() where id = $1', [shop.id])
    await welcomeShop(session(shop.domain))
    expect(await waiting()).toEqual([...PULLED_NAMES].sort())
    const { rows } = await pool.query('select uninstalled_at from shops where id = $1', [shop.id])
    expect(rows).toEqual([{ uninstalled_at: null }])
  })
})

describe('deliveries that wait', () => {
  const addPending = (nextAttemptAt: string | null) =>
    pool.query(
      `insert into webhook_deliveries (shop_id, topic, webhook_id, state, next_attempt_at, received_at, payload)
       values ($1, 'products/update', gen_random_uuid(), 'pending', $2, now() - interval '2 minutes', '{}')`,
      [shop.id, nextAttemptAt],
    )

  const waits = async () => {
    const { rows } = await pool.query<{ seconds: number }>(
      `select extract(epoch from start_after - now())::int as seconds from pgboss.job
       where name = 'apply-pending' and data->>'shopId' = $1 and state < 'active'`,
      [shop.id],
    )
    return rows.map(({ seconds }) => seconds)
  }

  const anHourLater = () => new Date(Date.now() + 3_600_000)

  it('have their job asked for again when the earliest is due', async () => {
    await addPending(anHourLater().toISOString())
    await handlers['apply-pending']({ shopId: shop.id }, new AbortController().signal)
    const [seconds] = await waits()
    expect(seconds).toBeGreaterThan(3_590)
  })

  it('have a job that waits for later brought forward, also inside a transaction, and never put off', async () => {
    expect(await enqueueApplyPending(shop.id, { at: anHourLater() })).toBe(true)
    await inTransaction(pool, async (client) => {
      expect(await enqueueApplyPending(shop.id, { db: client })).toBe(false)
    })
    const [now] = await waits()
    expect(now).toBeLessThanOrEqual(0)
    expect(await enqueueApplyPending(shop.id, { at: anHourLater() })).toBe(false)
    expect((await waits())[0]).toBeLessThanOrEqual(0)
  })

  it('are found when they are overdue and nobody was asked to apply them', async () => {
    await addPending(anHourLater().toISOString())
    await lookForOverdue()
    expect(await waits()).toEqual([])
    await addPending(null)
    await lookForOverdue()
    expect(await waits()).toHaveLength(1)
  })

  it('are all due at once when the shop can be read again', async () => {
    await addPending(anHourLater().toISOString())
    await pool.query(`update shops set paused_since = now(), pause_reason = 'needs-reauthorisation' where id = $1`, [
      shop.id,
    ])
    await welcomeShop(
      new Session({
        id: `offline_${shop.domain}`,
        shop: shop.domain,
        state: '',
        isOnline: false,
        scope: 'read_orders',
      }),
    )
    expect(await waits()).toHaveLength(1)
    const { rows } = await pool.query('select next_attempt_at from webhook_deliveries where shop_id = $1', [shop.id])
    expect(rows).toEqual([{ next_attempt_at: null }])
  })

  it('are ignored when the shop has uninstalled the app, and their job ends', async () => {
    await addPending(null)
    await pool.query('update shops set uninstalled_at = now() where id = $1', [shop.id])
    await handlers['apply-pending']({ shopId: shop.id }, new AbortController().signal)
    const { rows } = await pool.query('select state, error from webhook_deliveries where shop_id = $1', [shop.id])
    expect(rows).toEqual([{ state: 'ignored', error: 'the shop does not have the app installed' }])
    expect(await waits()).toEqual([])
  })
})
