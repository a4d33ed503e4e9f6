/** `npm run kills` itself: that it finds nothing lost, that it would find it, and that nothing is left of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/kills.ts', import.meta.url))
const seed = randomInt(1_000_000)
const MOST_MS = 240_000

let folder = ''
let program: ChildProcess
let said = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-kills-test-'))
  // Root hands PostgreSQL to another user, who would keep its data elsewhere if it could not come in.
  chmodSync(folder, 0o711)
  said = ''
})

afterEach(async () => {
  // What is left of it ends by itself when it is gone.
  if (program.exitCode === null && program.signalCode === null) {
    program.kill('SIGKILL')
    await once(program, 'exit')
  }
  await expect.poll(processesLeft, { timeout: 30_000 }).toEqual([])
  rmSync(folder, { recursive: true, force: true })
})

function start(...args: string[]): void {
  program = spawn(process.execPath, [script, ...args, '--seed', String(seed)], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [program.stdout!, program.stderr!])
    stream.on('data', (part: Buffer) => (said += part.toString()))
}

async function exitCode(): Promise<number> {
  const [code] = (await once(program, 'close')) as [number]
  return code
}

/** Of the program, and of what it has started: the names of those that know its folder for temporary files, or work in it. */
function processesLeft(): string[] {
  const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return pids.flatMap((pid) => {
    try {
      // PostgreSQL is told nothing of our environment.
      const isOurs = [readFileSync(`/proc/${pid}/environ`, 'utf8'), readlinkSync(`/proc/${pid}/cwd`)].some((text) =>
        text.includes(folder),
      )
      return isOurs ? [readFileSync(`/proc/${pid}/comm`, 'utf8').trim()] : []
    } catch {
      return []
    }
  })
}

it(`nothing that was answered 200 is lost in four kills, seed ${seed}`, { timeout: MOST_MS }, async () => {
  start('--times', '4')
  const code = await exitCode()
  expect(said).toMatch(/^4 kills, [\d,]+ acknowledged, 0 lost or wrong$/m)
  expect(code).toBe(0)
  expect(said).toMatch(/^\d: the app after/m)
  expect(said).toMatch(/^\d: PostgreSQL after/m)
  expect(readdirSync(folder)).toEqual([])
  expect(processesLeft()).toEqual([])
})

it(`what PostgreSQL confirmed and lost is found, seed ${seed}`, { timeout: MOST_MS }, async () => {
  start('--times', '3', '--unsafe-postgres')
  const code = await exitCode()
  expect(said).toMatch(/ was answered 200 and is not stored$/m)
  expect(said).toMatch(/^\d kills, [\d,]+ acknowledged, [1-9][\d,]* lost or wrong$/m)
  expect(code).toBe(1)
})

it('a program that is interrupted leaves no process and no file', { timeout: MOST_MS }, async () => {
  start('--times', '50')
  await expect.poll(() => said, { timeout: MOST_MS, interval: 50 }).toMatch(/^1: /m)
  if (process.platform === 'linux') {
    expect(processesLeft()).toContain('postgres')
    expect(readdirSync(folder)).not.toEqual([])
  }
  program.kill('SIGTERM')
  expect(await exitCode()).toBe(130)
  expect(readdirSync(folder)).toEqual([])
  expect(processesLeft()).toEqual([])
})
