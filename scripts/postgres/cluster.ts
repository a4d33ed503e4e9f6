import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlainFailure } from '../plain-failure.mjs'
import { type KeeperOrder, passwordFileName, superuser } from './keeper-protocol.ts'

/** Nothing of our own environment reaches the server: PG* variables would change its settings. */
const settings: Record<string, string> = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' }
// Remix's types ask every environment for a NODE_ENV, which PostgreSQL has no use for.
export const serverEnvironment = settings as NodeJS.ProcessEnv

/** Makes the password once and keeps it beside the cluster it opens, readable by the server's user (and root) alone. */
function ensurePassword({ place, user }: KeeperOrder): string {
  const path = join(place.folder, passwordFileName)
  if (!existsSync(path)) {
    const draft = `${path}.new`
    writeFileSync(draft, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 })
    if (user) chownSync(draft, user.uid, user.gid)
    renameSync(draft, path)
  }
  return path
}

function refuseOtherMajor({ place, binaries }: KeeperOrder): void {
  const made = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim()
  const major = binaries.version.split('.')[0]
  if (made === major) return
  throw new PlainFailure(
    `${place.cluster} was written by PostgreSQL ${made}; the embedded one is ${major}.\n` +
      `Remove ${place.folder} to start afresh (the copy is pulled again), or set DATABASE_URL to a PostgreSQL ${made}.`,
  )
}

/**
 * Makes the cluster if there is none. It is made under another name and renamed when complete, so that a stop in the
 * middle leaves nothing half made. Text is UTF-8 and sorts by code point on every machine (PostgreSQL's own C.UTF-8).
 *
 * @param signal ends the making
 */
export async function ensureCluster(order: KeeperOrder, signal: AbortSignal): Promise<void> {
  const { place, binaries, user, persistent } = order
  if (existsSync(join(place.cluster, 'PG_VERSION'))) return refuseOtherMajor(order)
  const passwordFile = ensurePassword(order)
  const draft = `${place.cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  const options = [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(persistent ? [] : ['--no-sync']),
  ]
  await new Promise<void>((resolve, reject) => {
    const initdb = spawn(binaries.initdb, options, { ...user, cwd: '/', env: serverEnvironment, signal })
    let said = ''
    for (const stream of [initdb.stdout, initdb.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
    initdb.once('error', reject)
    initdb.once('close', (code) => {
      if (code === 0) return resolve()
      reject(new PlainFailure(`PostgreSQL's initdb could not make a database in ${place.folder}:\n${said.trim()}`))
    })
  })
  renameSync(draft, place.cluster)
}
