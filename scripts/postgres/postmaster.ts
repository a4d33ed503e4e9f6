import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export type Postmaster = { pid: number; port: number; isReady: boolean }

const pollMs = 50

/**
 * What `postmaster.pid` in a cluster says: line 1 the process, line 4 the port, line 8 the state.
 * https://www.postgresql.org/docs/current/storage-file-layout.html, src/include/utils/pidfile.h
 */
function readPidFile(cluster: string): Postmaster | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    if (!Number.isInteger(pid) || pid <= 0) return undefined
    return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' }
  } catch {
    return undefined
  }
}

function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

/** The server that runs on this cluster; a `postmaster.pid` that outlived its server counts for nothing. */
export function runningPostmaster(cluster: string): Postmaster | undefined {
  const found = readPidFile(cluster)
  return found && commandLine(found.pid).includes(`-D ${cluster} `) ? found : undefined
}

/**
 * PostgreSQL refuses to start while the process named in `postmaster.pid` exists, also when that number now belongs to
 * something else (ids repeat after a restart of a container). Its parent's number it ignores, and still looks for
 * server processes that linger on the cluster's shared memory; so the parent's number is put there instead of
 * removing the file, which would skip that check.
 *
 * @param parentPid the process that is about to start the server
 */
export function disarmStalePidFile(cluster: string, parentPid: number): void {
  const path = join(cluster, 'postmaster.pid')
  if (!readPidFile(cluster) || runningPostmaster(cluster)) return
  const [, ...rest] = readFileSync(path, 'utf8').split('\n')
  writeFileSync(path, [String(parentPid), ...rest].join('\n'))
}

/** Waits until the server with this process id, started by us a moment ago, accepts connections or `isOver` says so. */
export async function untilReady(cluster: string, pid: number, isOver: () => boolean): Promise<boolean> {
  while (!isOver()) {
    const found = readPidFile(cluster)
    if (found?.pid === pid && found.isReady) return true
    await delay(pollMs)
  }
  return false
}

/** Stops a server whose keeper is gone, and waits until it has ended. */
export async function stopOrphan(cluster: string): Promise<void> {
  const orphan = runningPostmaster(cluster)
  if (!orphan) return
  process.kill(orphan.pid, 'SIGINT')
  while (runningPostmaster(cluster)?.pid === orphan.pid) await delay(pollMs)
}
