import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from './embedded-postgres.ts'
import { prismaCommand } from './prisma-command.mjs'

export type DriftOutcome = { outcome: 'in step' } | { outcome: 'drifted'; difference: string }

const noDifference = 0
const differs = 2

/**
 * Whether the migrations, applied to an empty database, give what prisma/schema.prisma says.
 *
 * @param serverUrl a PostgreSQL on which databases may be created; default: an embedded one
 * @param schema path of the schema to compare with
 */
export async function findDrift(schema = 'prisma/schema.prisma', serverUrl?: string): Promise<DriftOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-drift-'))
  const server = serverUrl
    ? { url: serverUrl, stop: async () => undefined }
    : await startPostgres({ dataDir: join(folder, 'postgres'), persistent: false })
  try {
    const from = ['--from-migrations', 'prisma/migrations']
    const to = ['--to-schema-datamodel', schema]
    const { file, args, options } = prismaCommand(['migrate', 'diff', ...from, ...to, '--exit-code'], {
      databaseUrl: server.url,
    })
    const { status, stdout, stderr } = spawnSync(file, args, { ...options, encoding: 'utf8' })
    if (status === noDifference) return { outcome: 'in step' }
    if (status === differs) return { outcome: 'drifted', difference: stdout.trim() }
    throw new Error(`prisma migrate diff failed: ${stderr.replaceAll(server.url, '(the database)').trim()}`)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
