import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { allOf, inOrder, type Statements } from '~/db/statements'
import { closeDatabase, inboxPool, pool } from '~/db.server'
import { transactAtOnce } from '~/transaction.server'

beforeAll(() => pool.query('create table if not exists at_once (id int primary key)'))
beforeEach(() => pool.query('truncate at_once'))
afterAll(async () => {
  await pool.query('drop table at_once')
  await closeDatabase()
})

const insert = (statements: Statements, id: number) => statements.query('insert into at_once values ($1)', [id])

async function stored(): Promise<number[]> {
  const { rows } = await pool.query<{ id: number }>('select id from at_once order by id')
  return rows.map(({ id }) => id)
}

describe.each([
  { name: 'a pipelined connection', from: () => inboxPool },
  { name: 'a connection that is not', from: () => pool },
])('on $name', ({ from }) => {
  let client: pg.PoolClient
  beforeEach(async () => {
    client = await from().connect()
  })
  afterEach(() => client.release())

  it('all is there after the end, whoever commits', async () => {
    await transactAtOnce(client, async (statements, { begun }) =>
      allOf([begun, insert(statements, 1), insert(statements, 2)]),
    )
    await transactAtOnce(client, async (statements, { begun, commitWith }) => {
      await begun
      await commitWith(() => insert(statements, 3))
    })
    expect(await stored()).toEqual([1, 2, 3])
  })

  it('plans once and by index where it is by key, and for its own transaction alone', async () => {
    const settings = `select current_setting('plan_cache_mode') as mode, current_setting('enable_seqscan') as seqscan`
    const read = async (statements: Statements) => (await statements.query(settings)).rows[0]
    expect(await transactAtOnce(client, read, { byKey: true })).toEqual({ mode: 'force_generic_plan', seqscan: 'off' })
    expect(await transactAtOnce(client, read)).toEqual({ mode: 'auto', seqscan: 'on' })
  })

  it('nothing is there when the last statement fails, and what failed is told', async () => {
    const failing = transactAtOnce(client, async (statements, { begun, commitWith }) => {
      await allOf([begun, insert(statements, 1)])
      await commitWith(() => insert(statements, 1))
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(await stored()).toEqual([])
    // The connection is as good as before.
    await transactAtOnce(client, (statements) => insert(statements, 4))
    expect(await stored()).toEqual([4])
  })

  it('nothing is there when one of several fails, and the others are over before it is undone', async () => {
    const ended: number[] = []
    const failing = transactAtOnce(client, async (statements, { begun }) => {
      await begun
      const slowly = async () => {
        await insert(statements, 1)
        for (const id of [2, 3, 4]) await insert(statements, id).finally(() => ended.push(id))
      }
      await allOf([slowly(), insert(statements, 1)])
    })
    // Not that a later one found the transaction aborted.
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(ended).toEqual([2])
    expect(await stored()).toEqual([])
  })

  it('sets its limits for this transaction alone', async () => {
    const limits = (statements: Statements) => statements.query('select current_setting($1) as limit', ['lock_timeout'])
    const options = { lockWaitMs: 1234, statementMs: 5000 }
    const inside = await transactAtOnce(client, (statements) => limits(statements), options)
    expect(inside.rows).toEqual([{ limit: '1234ms' }])
    expect((await limits(inOrder(client))).rows).toEqual([{ limit: '0' }])
  })

  it('says so when it could not be committed', async () => {
    const swallowing = transactAtOnce(client, async (statements) => {
      await statements.query('select nonsense').catch(() => undefined)
    })
    await expect(swallowing).rejects.toThrow('could not be committed')
  })
})

it('writes what is asked for in one go in one go', async () => {
  const client = await inboxPool.connect()
  try {
    let writes = 0
    const { stream } = client.connection
    const original = stream._writev!.bind(stream)
    stream._writev = (chunks, done) => {
      writes += 1
      original(chunks, done)
    }
    await transactAtOnce(client, (statements, { begun }) =>
      allOf([begun, insert(statements, 1), insert(statements, 2)]),
    )
    // The beginning with both, then the commit, which may be a single piece.
    expect(writes).toBeGreaterThan(0)
    expect(writes).toBeLessThanOrEqual(2)
    Reflect.deleteProperty(stream, '_writev')
  } finally {
    client.release()
  }
})

it.each([
  { name: 'the inbox', from: inboxPool },
  { name: 'all else', from: pool },
])('keeps nothing of a statement of $name among what V8 takes for old once it is answered', async ({ from }) => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void
  const oldBytes = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')!.space_used_size
  const [times, length] = [500, 20_000]
  const client = await from.connect()
  try {
    const ask = (index: number) => client.query('select length($1) as length', [`${index}`.padEnd(length)])
    await ask(0)
    collect()
    const before = oldBytes()
    for (let index = 0; index < times; index++) expect((await ask(index)).rows).toEqual([{ length }])
    for (let index = 0; index < 3; index++) collect({ type: 'minor' })
    expect(oldBytes() - before).toBeLessThan((times * length) / 4)
  } finally {
    client.release()
  }
})

it('leads from a failed statement to who asked for it', async () => {
  const client = await pool.connect()
  try {
    const asking = async () => client.query('select nonsense')
    const error: unknown = await asking().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: '42703', stack: expect.stringContaining('transact-at-once.test') as string })
  } finally {
    client.release()
  }
})
