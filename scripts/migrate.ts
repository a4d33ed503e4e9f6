import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { PlainFailure } from './plain-failure.mjs'
import { prismaCommand, projectRoot } from './prisma-command.mjs'

const migrationsFolder = join(projectRoot, 'prisma', 'migrations')

/** Any number, the same in every process that migrates; Prisma's own lock has another and gives up after ten seconds. */
const lockId = 4_827_163_905
const turnPollMs = 200

type Migration = { name: string; checksum: string }

/** The migrations of this release, oldest first, with the checksums that Prisma records (SHA-256 of the file). */
export async function knownMigrations(folder = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'))
      return { name, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function isUpToDate(client: pg.Client, known: Migration[]): Promise<boolean> {
  const { rows: tables } = await client.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as exists`,
  )
  if (!tables[0]?.exists) return known.length === 0
  const { rows } = await client.query<{ name: string; checksum: string; isDone: boolean }>(
    `select migration_name as name, checksum, finished_at is not null as "isDone"
       from _prisma_migrations
      where rolled_back_at is null`,
  )
  const applied = new Map(rows.map((row) => [row.name, row]))
  return (
    rows.every((row) => row.isDone) && known.every(({ name, checksum }) => applied.get(name)?.checksum === checksum)
  )
}

/**
 * Asks again and again instead of waiting inside one query: a waiting query holds a snapshot, and a migration that
 * creates an index concurrently would wait for that query, which waits for the migration.
 */
async function waitForTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [lockId])
    if (rows[0]?.isOurs) return
    await delay(turnPollMs)
  }
}

function deploy(databaseUrl: string): Promise<void> {
  const { file, args, options } = prismaCommand(['migrate', 'deploy'], { databaseUrl })
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve()
      const said = `${stdout}\n${stderr}`.replaceAll(databaseUrl, '(the database)').trim()
      reject(new PlainFailure(`The database could not be migrated. Prisma said:\n${said}`))
    })
  })
}

async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'lockstep migrate' })
  // A lost connection shows in the next query; without a listener it would end the process first.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    // Several addresses tried in vain make an error without words of its own.
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error
    const why = first instanceof Error ? first.message : String(first)
    const { host } = new URL(databaseUrl)
    throw new PlainFailure(
      `No connection to the database at ${host}: ${why}\nIs it running, and is DATABASE_URL right?`,
    )
  }
}

export type MigrateOutcome = 'applied' | 'up to date'

/**
 * Brings the database to this release by `prisma migrate deploy`. Processes that start at once take turns; whoever
 * finds nothing to do does not start Prisma at all.
 *
 * @throws {PlainFailure} when there is no connection, or a migration fails
 */
export async function migrate(databaseUrl: string): Promise<MigrateOutcome> {
  const known = await knownMigrations()
  const client = await connect(databaseUrl)
  try {
    if (await isUpToDate(client, known)) return 'up to date'
    await waitForTurn(client)
    if (await isUpToDate(client, known)) return 'up to date'
    await deploy(databaseUrl)
    return 'applied'
  } finally {
    await client.end()
  }
}
