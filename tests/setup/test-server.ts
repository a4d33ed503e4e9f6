import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../scripts/embedded-postgres.ts'
import { migrate } from '../../scripts/migrate.ts'

/** What a test needs to make itself a database; plain data, so that it can be handed to another process. */
export type TestServer = { adminUrl: string; template: string; prefix: string }

async function withAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl)
  url.pathname = database
  return url.href
}

async function runServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { adminUrl: given, stop: async () => undefined }
  const dataDir = mkdtempSync(join(tmpdir(), 'lockstep-tests-'))
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true })
  try {
    const { url, stop } = await startPostgres({ dataDir, persistent: false })
    return { adminUrl: url, stop: () => stop().finally(removeFolder) }
  } catch (error) {
    removeFolder()
    throw error
  }
}

/**
 * One PostgreSQL for a whole run: the one of TEST_DATABASE_URL (its user must be allowed to create databases), else an
 * embedded one. In it a template that has been migrated once, by the same code as in production.
 */
export async function startTestServer(): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const { adminUrl, stop } = await runServer()
  const prefix = `lockstep_test_${randomBytes(4).toString('hex')}`
  const template = `${prefix}_template`
  const dropAll = () =>
    withAdmin(adminUrl, async (admin) => {
      const { rows } = await admin.query<{ name: string }>(
        'select datname as name from pg_database where starts_with(datname, $1)',
        [`${prefix}_`],
      )
      for (const { name } of rows) await admin.query(`drop database ${pg.escapeIdentifier(name)} with (force)`)
    })
  try {
    await withAdmin(adminUrl, (admin) => admin.query(`create database ${template}`))
    await migrate(urlOf(adminUrl, template))
  } catch (error) {
    await stop()
    throw error
  }
  return {
    server: { adminUrl, template, prefix },
    stop: async () => {
      await dropAll()
      await stop()
    },
  }
}

/** A fresh, migrated database for one test file; it goes when the run ends. Returns its connection string. */
export async function createTestDatabase({ adminUrl, template, prefix }: TestServer): Promise<string> {
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  await withAdmin(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`))
  return urlOf(adminUrl, name)
}
