import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PlainFailure } from '../plain-failure.mjs'
import { serverEnvironment } from './cluster.ts'
import { type KeeperOrder, logFileName } from './keeper-protocol.ts'
import { disarmStalePidFile, untilReady } from './postmaster.ts'

const maxLogBytes = 5_000_000
const startTimeoutMs = 60_000
const maxStarts = 5
const fastStopMs = 20_000
const immediateStopMs = 5_000

const throwawaySettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has an address and a port')
  return address.port
}

function openLog(path: string): number {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxLogBytes) truncateSync(path)
  return openSync(path, 'a', 0o600)
}

export type Server = { process: ChildProcess; port: number }

async function tryStart(order: KeeperOrder, port: number, logFile: string): Promise<Server | { why: string }> {
  const { place, binaries, user, persistent } = order
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    // DETAIL and CONTEXT quote rows: the log would hold personal data.
    'log_error_verbosity=terse',
    ...(persistent ? [] : throwawaySettings),
  ]
  const log = openLog(logFile)
  const logStart = statSync(logFile).size
  const server = spawn(
    binaries.postgres,
    ['-D', place.cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: '/', env: serverEnvironment, stdio: ['ignore', log, log] },
  )
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', () => resolve())
  })
  const deadline = AbortSignal.timeout(startTimeoutMs)
  let isOver = false
  void ended.then(() => (isOver = true))
  const ready = await untilReady(place.cluster, server.pid ?? 0, () => isOver || deadline.aborted)
  if (ready) return { process: server, port }
  if (!isOver) server.kill('SIGQUIT')
  await ended
  return { why: readFileSync(logFile).subarray(logStart).toString('utf8').trim() }
}

/**
 * Starts PostgreSQL on an existing cluster and waits until it accepts connections, on 127.0.0.1 only. Tries again
 * when another program took the free port first, or while server processes of a killed server still linger.
 *
 * @throws {PlainFailure} with the server's own words
 */
export async function startServer(order: KeeperOrder): Promise<Server> {
  const logFile = join(order.place.folder, logFileName)
  let why = ''
  for (let start = 0; start < maxStarts; start++) {
    disarmStalePidFile(order.place.cluster, process.pid)
    const server = await tryStart(order, order.port || (await freePort()), logFile)
    if ('process' in server) return server
    why = server.why
    const mayPass = /still in use|could not bind|Address already in use/i.test(why)
    if (!mayPass) break
    await delay(1_000)
  }
  throw new PlainFailure(`PostgreSQL did not start. It said (${logFile}):\n${why}`)
}

/** Stops the server and waits for its end: gently, then firmly. One whose files are thrown away needs no last checkpoint. */
export async function stopServer(server: ChildProcess, persistent: boolean): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = once(server, 'exit')
  // PostgreSQL's words for its signals: SIGINT is "fast", SIGQUIT "immediate" shutdown.
  server.kill(persistent ? 'SIGINT' : 'SIGQUIT')
  const timers = [
    setTimeout(() => server.kill('SIGQUIT'), fastStopMs),
    setTimeout(() => server.kill('SIGKILL'), fastStopMs + immediateStopMs),
  ]
  await ended
  timers.forEach(clearTimeout)
}
