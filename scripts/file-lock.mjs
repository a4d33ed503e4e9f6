// @ts-check
// Node built-ins only: the bootstrap uses this before anything is installed.
import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const retryMs = 100

/**
 * When a process began, as an opaque text: a process id alone is soon given to another process, above all in
 * containers, where ids are small and the same after every restart.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs
 */
export function processIdentity(pid) {
  try {
    if (process.platform === 'linux') {
      const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
      const isZombie = afterName[0] === 'Z'
      return isZombie ? undefined : afterName[19]
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined
  } catch {
    return undefined
  }
}

/** @param {string} holder content of a lock file */
function isAlive(holder) {
  const [pid, identity] = holder.trim().split('\n')
  return identity !== undefined && processIdentity(Number(pid)) === identity
}

/** @param {string} path */
function readOrUndefined(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Moves the lock of a dead process away. Two waiting processes may both find it dead; the slower one would move the
 * faster one's fresh lock, so what was moved is looked at again and put back if it is not the dead one.
 *
 * @param {string} path
 * @param {string} deadHolder
 */
function breakLock(path, deadHolder) {
  const aside = `${path}.dead-${process.pid}`
  try {
    renameSync(path, aside)
    if (readFileSync(aside, 'utf8') !== deadHolder) linkSync(aside, path)
  } catch {
    return
  } finally {
    rmSync(aside, { force: true })
  }
}

/**
 * Takes a lock that is a file naming its holder, and waits while another live process holds it. The lock of a process
 * that died (crash, kill -9, power cut) is taken over.
 *
 * @param {string} path the lock file; its folder is created
 * @param {{ onWait?: (holderPid: number) => void }} [options] `onWait` is called once, when there is someone to wait for
 * @returns {Promise<() => void>} gives the lock back; may be called twice
 */
export async function acquireFileLock(path, { onWait } = {}) {
  mkdirSync(dirname(path), { recursive: true })
  const mine = `${process.pid}\n${processIdentity(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  let hasWaited = false
  for (;;) {
    writeFileSync(draft, mine)
    try {
      linkSync(draft, path)
      return () => {
        if (readOrUndefined(path) === mine) rmSync(path, { force: true })
      }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    } finally {
      rmSync(draft, { force: true })
    }
    const holder = readOrUndefined(path)
    if (holder === undefined) continue
    if (!isAlive(holder)) {
      breakLock(path, holder)
      continue
    }
    if (!hasWaited) onWait?.(Number(holder.split('\n')[0]))
    hasWaited = true
    await delay(retryMs)
  }
}
