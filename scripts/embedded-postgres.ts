import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { PlainFailure } from './plain-failure.mjs'
import { findBinaries } from './postgres/binaries.ts'
import {
  type KeeperOrder,
  type KeeperReport,
  logFileName,
  passwordFileName,
  superuser,
} from './postgres/keeper-protocol.ts'
import { serverUser } from './postgres/os-user.ts'
import { preparePlace, sharedFolder } from './postgres/place.ts'

const databaseName = 'lockstep'
/** `create database` by two processes at once: duplicate_database or, a moment later, unique_violation of its catalogue */
const databaseExists = ['42P04', '23505']

export type PostgresOptions = {
  /** the folder for the server's files; made when missing */
  dataDir: string
  /** default 0: a free one */
  port?: number
  /** false: fast and without safety against power cuts, and the folder is removed when the server stops */
  persistent: boolean
  /** told, in one line, what a person should know; default: standard error */
  tell?: (line: string) => void
}

export type EmbeddedPostgres = {
  /** of the database `lockstep`, as its superuser */
  url: string
  /** where the server's files are: `dataDir`, or a place that the server's user can enter */
  folder: string
  /** true: another process runs this server and will stop it; our `stop` does nothing */
  isShared: boolean
  /** resolves when the server has ended */
  stop: () => Promise<void>
}

async function firstReport(keeper: ChildProcess, logFile: string): Promise<KeeperReport> {
  if (!keeper.stdout) throw new Error('the keeper has a pipe as standard output')
  for await (const line of createInterface({ input: keeper.stdout })) return JSON.parse(line) as KeeperReport
  return { state: 'failed', message: `The process that keeps PostgreSQL ended without a word; see ${logFile}.` }
}

async function ensureDatabase(serverUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`create database ${databaseName}`)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && databaseExists.includes(error.code ?? ''))) throw error
  } finally {
    await client.end()
  }
}

/**
 * Runs a real PostgreSQL, from npm, on 127.0.0.1. It ends with this process, however this process ends. A server that
 * another process runs on the same folder is joined.
 *
 * @throws {PlainFailure} when it cannot be had on this machine
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, port = 0, persistent, tell = console.error } = options
  if (process.platform === 'win32') {
    throw new PlainFailure('The embedded PostgreSQL needs Linux or macOS (on Windows: WSL), or set DATABASE_URL.')
  }
  const user = serverUser()
  const binaries = findBinaries(user, sharedFolder)
  const place = preparePlace(dataDir, user)
  if (place.isElsewhere && persistent) {
    tell(`PostgreSQL keeps its data in ${place.folder}: the user it runs as cannot enter ${dataDir}.`)
  }
  const order: KeeperOrder = { place, binaries, user, port, persistent }
  const logFile = join(place.folder, logFileName)
  const log = openSync(logFile, 'a', 0o600)
  const keeper = spawn(
    process.execPath,
    [fileURLToPath(new URL('./postgres/keeper.ts', import.meta.url)), JSON.stringify(order)],
    { detached: true, cwd: '/', stdio: ['pipe', 'pipe', log] },
  )
  closeSync(log)
  const ended = once(keeper, 'exit')
  const report = await firstReport(keeper, logFile)
  if (report.state === 'failed') {
    keeper.stdin?.end()
    throw new PlainFailure(report.message)
  }
  const isShared = report.state === 'in-use'
  if (isShared) tell(`PostgreSQL already runs for this folder (port ${report.port}): sharing it.`)
  const password = readFileSync(join(place.folder, passwordFileName), 'utf8').trim()
  const serverUrl = `postgresql://${superuser}:${password}@127.0.0.1:${report.port}`
  // A task that forgets `stop` can still end; the pipe tells the keeper.
  keeper.unref()
  for (const stream of [keeper.stdin, keeper.stdout]) if (stream instanceof Socket) stream.unref()
  const stop = async () => {
    keeper.ref()
    keeper.stdin?.end()
    await ended
  }
  try {
    await ensureDatabase(`${serverUrl}/postgres`)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `${serverUrl}/${databaseName}`, folder: place.folder, isShared, stop }
}
