import { join } from 'node:path'
import { startPostgres } from './embedded-postgres.ts'
import { projectRoot } from './prisma-command.mjs'

export type AppDatabase = { url: string; stop: () => Promise<void> }

/** Reads `.env`, if there is one, for what the environment does not say already. */
export function loadSettings(): void {
  try {
    process.loadEnvFile(join(projectRoot, '.env'))
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing) throw error
  }
}

/** The database of DATABASE_URL, else an embedded one that keeps its data in .data/postgres. */
export async function openAppDatabase(): Promise<AppDatabase> {
  const given = process.env['DATABASE_URL']
  if (given) return { url: given, stop: async () => undefined }
  const { url, stop } = await startPostgres({ dataDir: join(projectRoot, '.data', 'postgres'), persistent: true })
  return { url, stop }
}
