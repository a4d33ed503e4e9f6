/** What the convergence kit takes for the death of a process has to be one. */
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { inTransaction } from '~/transaction.server'
import { closeDatabase, pool } from '~/db.server'
import { Life } from '../convergence/life.ts'

let life: Life
let sequence = 0

beforeEach(async () => {
  await pool.query('create table if not exists notes (text text)')
  await pool.query('truncate notes')
  life = new Life(`life ${++sequence}`, process.env['DATABASE_URL'] ?? '')
})

afterEach(() => life.kill())

afterAll(closeDatabase)

const write = (text: string) =>
  inTransaction(life.pool, (client) => client.query('insert into notes values ($1)', [text]))

const written = async () => {
  const { rows } = await pool.query<{ text: string }>('select text from notes order by text')
  return rows.map(({ text }) => text)
}

/** The database has noticed that nobody is there any more. */
const gone = () =>
  expect
    .poll(
      async () => (await pool.query('select from pg_stat_activity where application_name = $1', [life.name])).rowCount,
    )
    .toBe(0)

it('dies before the statement, which is never carried out', async () => {
  life.arm({ nth: 3, of: 'statement', when: 'before', what: 'process' })
  await expect(write('begin, insert, and no commit')).rejects.toThrow()
  expect(life).toMatchObject({ isOver: true, caught: 'commit' })
  await gone()
  expect(await written()).toEqual([])
})

it('carries out a commit whose answer is lost', async () => {
  life.arm({ nth: 3, of: 'statement', when: 'answer-lost', what: 'process' })
  await expect(write('committed')).rejects.toThrow('the answer was lost')
  await gone()
  expect(await written()).toEqual(['committed'])
})

it('dies at the commit it was told to, however many statements come before', async () => {
  life.arm({ nth: 2, of: 'commit', when: 'answer-lost', what: 'process' })
  await write('one')
  await expect(write('two')).rejects.toThrow('the answer was lost')
  await expect(write('three')).rejects.toThrow()
  await gone()
  expect(await written()).toEqual(['one', 'two'])
})

it('reaches the database no more once it is dead', async () => {
  const client = await life.pool.connect()
  life.kill()
  await expect(client.query(`insert into notes values ('by a ghost')`)).rejects.toThrow()
  client.release()
  await gone()
  expect(await written()).toEqual([])
  expect(life.end.aborted).toBe(true)
})

it('lives on with other connections when one is cut', async () => {
  life.arm({ nth: 2, of: 'statement', when: 'before', what: 'connection' })
  await expect(write('cut')).rejects.toThrow()
  await life.recovered()
  await write('after')
  expect(await written()).toEqual(['after'])
  expect(life).toMatchObject({ isOver: false, isHurt: true })
})

it('leaves statements alone that no trap is set for', async () => {
  await write('one')
  expect(life.statements).toBe(3)
  life.arm({ nth: 4, of: 'statement', when: 'before', what: 'process' })
  await write('two')
  life.disarm()
  await write('three')
  expect(await written()).toEqual(['one', 'three', 'two'])
})
