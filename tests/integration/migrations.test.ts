import pg from 'pg'
import { expect, it } from 'vitest'
import { migrate } from '../../scripts/migrate.ts'

const databaseUrl = process.env['DATABASE_URL'] ?? ''

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

it('gives each test file a migrated database of its own', async () => {
  const [answer] = await query(`select current_database() as name, to_regclass('orders') is not null as "hasOrders"`)
  expect(answer).toMatchObject({ name: expect.stringMatching(/^lockstep_test_/), hasOrders: true })
})

it('has the place for bulk loads ready, so that no two processes make it at the same time', async () => {
  expect(await query(`select to_regnamespace('staging') is not null as "isThere"`)).toEqual([{ isThere: true }])
})

it('leaves a database alone that is up to date', async () => {
  expect(await migrate(databaseUrl)).toBe('up to date')
})

it('lets several processes migrate at once: one applies, the others find it done', async () => {
  await query('drop schema public cascade')
  await query('create schema public')
  const outcomes = await Promise.all([migrate(databaseUrl), migrate(databaseUrl), migrate(databaseUrl)])
  expect(outcomes.sort()).toEqual(['applied', 'up to date', 'up to date'])
  expect(await query('select count(*)::int as "failed" from _prisma_migrations where finished_at is null')).toEqual([
    { failed: 0 },
  ])
})

it('says which database it cannot reach, without its password', async () => {
  const outcome = await migrate('postgresql://someone:secret@127.0.0.1:1/none').catch((error: unknown) => String(error))
  expect(outcome).toContain('No connection to the database at 127.0.0.1:1')
  expect(outcome).not.toContain('secret')
})
