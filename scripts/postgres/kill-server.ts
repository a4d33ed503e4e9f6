import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { runningPostmaster } from './postmaster.ts'

/** Process and parent, of every process of this machine that can be seen. */
function allProcesses(): [pid: number, parent: number][] {
  if (process.platform !== 'linux') {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    return table.split('\n').map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map((pid) => [Number(pid), parentOf(pid)])
}

function parentOf(pid: string): number {
  try {
    // The name before it, in brackets, may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return NaN
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * SIGKILL to the server that runs on this cluster and to all its processes, as a crash leaves it: nobody is told
 * anything, and what was not written is lost. Were its main process killed alone, the others would finish what they are
 * doing.
 *
 * @throws when none runs
 */
export function killServer(cluster: string): void {
  const running = runningPostmaster(cluster)
  if (running === undefined) throw new Error(`no PostgreSQL runs on ${cluster}`)
  // Halted first, so that it starts no more of them.
  process.kill(running.pid, 'SIGSTOP')
  for (const [pid, parent] of allProcesses()) if (parent === running.pid) kill(pid)
  kill(running.pid)
}
