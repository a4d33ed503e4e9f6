/** Many writers at once, and connections that break under them. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { inTransaction, transact } from '~/transaction.server'
import { closeDatabase, inboxPool, pool } from '~/db.server'
import { ingest } from '~/sync/ingest'
import { rowsOf, write } from '../factories/copy.ts'
import { at, observed, target, uniqueId } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

/** A promise and the function that keeps it. */
function signal(): { given: Promise<void>; give: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { given: promise, give: resolve }
}

const waitingForLocks = async () => {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]!.count
}

describe('two transactions that write the same records in different order', () => {
  it('both end, and the newer values stand', async () => {
    const [one, two] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id: one }), observed({ id: two })] })
    const [firstHasOne, secondHasTwo] = [signal(), signal()]
    const attempts = { first: 0, second: 0 }
    const put = (client: Parameters<typeof copyPort>[0], id: string, version: number) =>
      ingest(copyPort(client), { target: target(shop), records: [observed({ id, version })] })

    const first = inTransaction(pool, async (client) => {
      attempts.first += 1
      await put(client, one, 2)
      firstHasOne.give()
      await secondHasTwo.given
      await put(client, two, 2)
    })
    const second = inTransaction(pool, async (client) => {
      attempts.second += 1
      await firstHasOne.given
      await put(client, two, 3)
      secondHasTwo.give()
      await put(client, one, 3)
    })
    await Promise.all([first, second])
    // The victim that begins again may be quicker than the other's waking, and meet it once more.
    expect(attempts.first + attempts.second).toBeGreaterThanOrEqual(3)
    expect((await rowsOf(shop, 'orders')).map(({ name }) => name)).toEqual(['name 3', 'name 3'])
  })

  it('do not deadlock at all when each is one batch, whatever its order', async () => {
    const ids = Array.from({ length: 40 }, uniqueId)
    const { rows: before } = await pool.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    )
    let attempts = 0
    const batch = (version: number) => {
      const records = ids.map((id) => observed({ id, version, children: [`${id.slice(3)}1`, `${id.slice(3)}2`] }))
      const order = version % 2 === 0 ? records : records.reverse()
      return inTransaction(pool, (client) => {
        attempts += 1
        return ingest(copyPort(client), { target: target(shop), records: order })
      })
    }
    await Promise.all(Array.from({ length: 12 }, (_, index) => batch(index + 1)))
    expect(attempts).toBe(12)
    expect((await rowsOf(shop, 'orders')).map(({ name }) => name)).toEqual(ids.map(() => 'name 12'))
    const lines = await rowsOf(shop, 'order_line_items')
    expect(new Set(lines.map(({ title }) => title))).toEqual(new Set(['title 12']))
    expect(before).toHaveLength(1)
  })

  it('wait for each other where they write the same record, and the older one then finds itself old', async () => {
    const id = uniqueId()
    const [holds, mayEnd] = [signal(), signal()]
    const newer = inTransaction(pool, async (client) => {
      await ingest(copyPort(client), {
        target: target(shop),
        records: [observed({ id, version: 9, children: [uniqueId()] })],
      })
      holds.give()
      await mayEnd.given
    })
    await holds.given
    const older = write(shop, { records: [observed({ id, version: 3, children: [uniqueId(), uniqueId()] })] })
    await expect.poll(waitingForLocks).toBe(1)
    mayEnd.give()
    await newer
    expect(await older).toMatchObject({ written: [], stale: [id] })
    expect(await rowsOf(shop, 'order_line_items')).toHaveLength(1)
  })
})

describe('a child that an older version brings', () => {
  it.each([
    ['pull', pool],
    ['webhook', pool],
    ['webhook', inboxPool],
  ] as const)('while a newer one waits for it by %s goes with that', async (channel, connections) => {
    const [id, kept, late] = [uniqueId(), uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [kept] })] })
    const [holds, mayEnd] = [signal(), signal()]
    const older = inTransaction(pool, async (client) => {
      const records = [observed({ id, version: 2, children: [kept, late] })]
      await ingest(copyPort(client), { target: target(shop), records })
      holds.give()
      await mayEnd.given
    })
    await holds.given
    const records = [observed({ id, version: 3, children: [kept], channel, deliveryId: '77' })]
    const newer = inTransaction(connections, (client) =>
      ingest(copyPort(client), { target: target(shop, channel), records }),
    )
    await expect.poll(waitingForLocks).toBe(1)
    mayEnd.give()
    await older
    expect(await newer).toMatchObject({ written: [id] })
    const lines = await rowsOf(shop, 'order_line_items')
    expect(lines.map(({ id, deleted_via }) => [id, deleted_via])).toEqual([
      [kept, null],
      [late, 'replaced'],
    ])
  })
})

describe('a transaction', () => {
  it('that throws stores nothing and gives its connection back', async () => {
    const id = uniqueId()
    const failing = inTransaction(pool, async (client) => {
      await ingest(copyPort(client), { target: target(shop), records: [observed({ id })] })
      throw new Error('stop')
    })
    await expect(failing).rejects.toThrow('stop')
    expect(await rowsOf(shop, 'orders')).toEqual([])
    expect(pool.idleCount).toBe(pool.totalCount)
  })

  it('whose connection breaks fails alone: the process lives, the connection is thrown away', async () => {
    const broken = inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
      const gone = new Promise((resolve) => client.once('end', resolve))
      await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
      await gone
      await client.query('select 1')
    })
    await expect(broken).rejects.toThrow()
    expect(pool.idleCount).toBe(pool.totalCount)
    for (let count = 0; count < 30; count++) await inTransaction(pool, (client) => client.query('select 1'))
  })

  it('is repeated only by those who ask for it', async () => {
    const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' })
    let attempts = 0
    const client = await pool.connect()
    try {
      await expect(
        transact(client, () => {
          attempts += 1
          return Promise.reject(deadlock)
        }),
      ).rejects.toBe(deadlock)
    } finally {
      client.release()
    }
    expect(attempts).toBe(1)
    await expect(
      inTransaction(pool, () => {
        attempts += 1
        return Promise.reject(deadlock)
      }),
    ).rejects.toBe(deadlock)
    expect(attempts).toBe(6)
    expect(at(0)).toBe('2026-11-22T10:00:00.000000Z')
  })
})
