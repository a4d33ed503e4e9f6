/** Child processes that play seeds, each one at a time. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Played } from './play-seed.ts'

const CREDENTIALS = { SHOPIFY_API_KEY: 'converge', SHOPIFY_API_SECRET: 'converge-secret' }
/** A seed that takes longer has hung. */
const MOST_MS = 120_000

export interface PlayOptions {
  program: string
  databaseUrl: string
  /** How many processes. More than the machine has cores: they wait for the database as well. */
  players: number
  onPlayed?: (played: Played) => void
  /** Ends early when it says so. */
  isEnough?: (played: Played) => boolean
}

/** In the order in which they ended. */
export async function playSeeds(seeds: readonly number[], options: PlayOptions): Promise<Played[]> {
  const left = [...seeds]
  const all: Played[] = []
  async function work(): Promise<void> {
    const child = start(options)
    const end = ended(child)
    end.catch(() => undefined)
    try {
      await Promise.race([once(child, 'message'), end])
      for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
        const played = await play(child, end, seed)
        all.push(played)
        options.onPlayed?.(played)
        if (options.isEnough?.(played)) left.length = 0
      }
    } finally {
      child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.players, seeds.length) }, work))
  return all
}

function start({ program, databaseUrl }: PlayOptions): ChildProcess {
  return fork(program, [], {
    execArgv: [],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      TZ: 'UTC',
      ...CREDENTIALS,
      SHOPIFY_APP_URL: 'https://lockstep.test',
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: process.env['CONVERGE_LOG'] ?? 'silent',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
}

async function play(child: ChildProcess, end: Promise<never>, seed: number): Promise<Played> {
  const signal = AbortSignal.timeout(MOST_MS)
  child.send(seed)
  try {
    const [played] = (await Promise.race([once(child, 'message', { signal }), end])) as [Played]
    return played
  } catch (error) {
    const divergence = `the process that played it ended or hung: ${String(error)}`
    return { seed, divergence, story: [], ms: MOST_MS, requests: 0 }
  }
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number]
  throw new Error(`exit ${code}`)
}
