import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../embedded-postgres.ts'

/** A PostgreSQL that is as safe, and as slow, as one in production, for as long as a benchmark takes. */
export async function benchPostgres(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), persistent: true })
  await runIn(server.url)
  return {
    url: server.url,
    async stop() {
      await server.stop()
      rmSync(server.folder, { recursive: true, force: true })
    },
  }
}

/** About as many as a server has that has worked for an hour: max_wal_size is 1 GB by default. */
const WAL_SEGMENTS = 48

/**
 * A new server has to make each file of its log: every 16 MB a commit waits for it to be written full of zeros. One that has
 * run for a while takes those that it needs no more (PostgreSQL's documentation of `max_wal_size`).
 */
async function runIn(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let segment = 0; segment < WAL_SEGMENTS; segment += 1)
      await client.query('select pg_current_xact_id(), pg_switch_wal()')
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}
