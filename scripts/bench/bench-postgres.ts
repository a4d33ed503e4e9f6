import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { startPostgres } from '../embedded-postgres.ts'

/** A PostgreSQL that is as safe, and as slow, as one in production, for as long as a benchmark takes. */
export async function benchPostgres(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), persistent: true })
  return {
    url: server.url,
    async stop() {
      await server.stop()
      rmSync(server.folder, { recursive: true, force: true })
    },
  }
}
