/**
 * A PostgreSQL that a test may kill: one that keeps its data, on a port of its own. To be imported before anything of the
 * app, which reads its settings when it is loaded.
 */
import { readFileSync, rmSync } from 'node:fs'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../../scripts/embedded-postgres.ts'
import { migrate } from '../../scripts/migrate.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'lockstep-kill-'))
const start = (port?: number) =>
  startPostgres({ dataDir, persistent: true, tell: () => undefined, ...(port && { port }) })

let server = await start()
await migrate(server.url)
process.env['DATABASE_URL'] = server.url

/** SIGKILL to the server's main process: no goodbye to anybody, and recovery when it starts again. */
export async function killPostgres(): Promise<void> {
  const client = new pg.Client({ connectionString: server.url })
  client.on('error', () => undefined)
  await client.connect()
  const { rows } = await client.query<{ folder: string }>(`select current_setting('data_directory') as folder`)
  const [pid] = readFileSync(join(rows[0]!.folder, 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(pid), 'SIGKILL')
  // The keeper says that its server has ended by ending itself.
  await server.stop()
}

/** At the address it had. */
export async function startPostgresAgain(): Promise<void> {
  server = await start(Number(new URL(server.url).port))
}

export async function removePostgres(): Promise<void> {
  await server.stop()
  for (const folder of [server.folder, dataDir]) rmSync(folder, { recursive: true, force: true })
}
