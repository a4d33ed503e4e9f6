import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, chmodSync, chownSync, constants, lstatSync, mkdirSync, realpathSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { PlainFailure } from '../plain-failure.mjs'
import type { OsUser } from './os-user.ts'

/**
 * The folder of one embedded server: PostgreSQL's files in `cluster`, beside them the password, the log, the lock and
 * the keeper's name. It belongs to the user who runs the server.
 */
export type Place = { folder: string; cluster: string; isElsewhere: boolean }

/**
 * A folder that every user can enter and only we can change, for what another user must reach.
 *
 * @throws {PlainFailure} when someone else made it first
 */
export function sharedFolder(): string {
  const uid = process.getuid?.() ?? 0
  const folder = `/var/tmp/lockstep-${uid}`
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o022) !== 0) {
    throw new PlainFailure(`${folder} belongs to someone else or can be changed by others. Remove it and try again.`)
  }
  chmodSync(folder, 0o755)
  return folder
}

function canUse(folder: string, user: OsUser): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1" && [ -w . ]', 'sh', folder], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  })
  return probe.status === 0
}

function makeFolder(path: string, user: OsUser | undefined): void {
  mkdirSync(path, { recursive: true })
  if (user) chownSync(path, user.uid, user.gid)
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    chmodSync(path, 0o700)
  } catch {
    throw new PlainFailure(`${path} belongs to another user. Remove it, or run this as the user who made it.`)
  }
}

/**
 * Makes the folder for a server whose files are wanted in `dataDir`. A user who cannot get there (only when we are
 * root and hand the server to another user) gets one in the shared folder, named after `dataDir`.
 */
export function preparePlace(dataDir: string, user: OsUser | undefined): Place {
  makeFolder(dataDir, user)
  const near = realpathSync(dataDir)
  if (!user || canUse(near, user)) return { folder: near, cluster: join(near, 'cluster'), isElsewhere: false }
  rmdirSync(near)
  const name = createHash('sha256').update(near).digest('hex').slice(0, 16)
  const far = join(sharedFolder(), `data-${name}`)
  makeFolder(far, user)
  return { folder: far, cluster: join(far, 'cluster'), isElsewhere: true }
}
