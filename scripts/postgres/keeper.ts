/**
 * The keeper: a small process between a task and PostgreSQL. The task holds the other end of its standard input; when
 * that closes, for whatever reason (the end of the task, a crash, kill -9), the keeper stops PostgreSQL and ends.
 * It lives in a session of its own, so that Ctrl-C reaches the task alone, which can then finish its work first.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { acquireFileLock, processIdentity } from '../file-lock.mjs'
import { ensureCluster } from './cluster.ts'
import type { KeeperOrder, KeeperReport } from './keeper-protocol.ts'
import { runningPostmaster, stopOrphan } from './postmaster.ts'
import { startServer, stopServer } from './server.ts'

const order = JSON.parse(process.argv[2] ?? '') as KeeperOrder
const { folder, cluster } = order.place
const nameFile = join(folder, 'keeper')
const lockFile = join(folder, 'lock')

const released = new AbortController()
const release = () => released.abort()
process.stdin.on('error', release).on('close', release).on('end', release).resume()
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, release)
// Whoever started us may be gone; that is no reason to fail before PostgreSQL has stopped.
process.stdout.on('error', release)

function report(message: KeeperReport): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

function otherKeeperLives(): boolean {
  try {
    const [pid, identity] = readFileSync(nameFile, 'utf8').split('\n')
    return identity !== undefined && processIdentity(Number(pid)) === identity
  } catch {
    return false
  }
}

const untilReleased = new Promise<void>((resolve) => {
  if (released.signal.aborted) resolve()
  released.signal.addEventListener('abort', () => resolve())
})

/** Runs the server until we are released. The caller holds the lock; it is given back while the server runs. */
async function runServer(unlock: () => void): Promise<void> {
  await ensureCluster(order, released.signal)
  const server = await startServer(order)
  server.process.once('exit', release)
  writeFileSync(nameFile, `${process.pid}\n${processIdentity(process.pid)}\n`)
  unlock()
  report({ state: 'ready', port: server.port })

  await untilReleased
  // Under the lock: who starts in this moment waits for the end instead of joining a server that is going away.
  const unlockEnd = await acquireFileLock(lockFile)
  await stopServer(server.process, order.persistent)
  rmSync(nameFile, { force: true })
  if (!order.persistent) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  unlockEnd()
}

const unlock = await acquireFileLock(lockFile)
try {
  const running = runningPostmaster(cluster)
  if (running && otherKeeperLives()) {
    report({ state: 'in-use', port: running.port })
  } else if (!released.signal.aborted) {
    await stopOrphan(cluster)
    await runServer(unlock)
  }
} catch (error) {
  if (!released.signal.aborted) {
    report({ state: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
} finally {
  unlock()
  process.stdin.destroy()
}
