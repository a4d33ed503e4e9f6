import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { PlainFailure } from './plain-failure.mjs'
import { projectRoot } from './prisma-command.mjs'

/** Far more than any step takes; a step that hangs must not hang for ever. */
const limitMs = 15 * 60_000
const killAfterMs = 10_000

const running = new Set<ReturnType<typeof spawn>>()
let stoppedBy: NodeJS.Signals | undefined

// Ctrl-C in a terminal reaches the programs as well; a signal for us alone must be passed on. We end after them.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stoppedBy = signal
    for (const child of running) child.kill(signal)
    if (running.size === 0) process.exit(1)
  })
}

/** Runs a script on our Node, its output ours, and gives its exit code (1 for a signal). Rejects when we were told to stop. */
export function runNode(script: string, args: string[] = [], env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  running.add(child)
  const limit = setTimeout(() => {
    console.error(`Still running after ${limitMs / 60_000} minutes; ending it: ${[script, ...args].join(' ')}`)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), killAfterMs).unref()
  }, limitMs)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      clearTimeout(limit)
      running.delete(child)
      if (stoppedBy) return reject(new PlainFailure(`Stopped by ${stoppedBy}.`))
      resolve(code ?? 1)
    })
  })
}

/** The same for a program of node_modules/.bin. */
export function runProgram(name: string, args: string[], env: Record<string, string> = {}): Promise<number> {
  return runNode(join(projectRoot, 'node_modules', '.bin', name), args, env)
}
