import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { PlainFailure } from '../plain-failure.mjs'

/** A numeric user and group, in the shape that node:child_process takes. */
export type OsUser = { uid: number; gid: number }

const userName = 'postgres'

function lookUp(): OsUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${userName}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/**
 * The user that PostgreSQL must run as: undefined (ourselves) unless we are root, which PostgreSQL refuses to run as.
 * For root it is the system user `postgres`, created when missing.
 *
 * @throws {PlainFailure} when root cannot create that user
 */
export function serverUser(): OsUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const existing = lookUp()
  if (existing) return existing
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', userName], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  } catch (error) {
    throw new PlainFailure(
      'PostgreSQL refuses to run as root, and the system user "postgres" could not be created to run it ' +
        `(${error instanceof Error ? error.message.trim() : String(error)}).\n` +
        'Create that user, run this as an ordinary user, or set DATABASE_URL to a PostgreSQL that runs already.',
    )
  }
  const created = lookUp()
  if (!created) throw new PlainFailure('The system user "postgres" was created but is not in /etc/passwd.')
  return created
}
