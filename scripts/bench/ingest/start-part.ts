import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

export interface LoadResult {
  ms: number
  stagedMs: number
  read: number
  written: number
  unchanged: number
  rssMb: number
}

const settings = {
  SHOPIFY_API_KEY: 'bench',
  SHOPIFY_API_SECRET: 'bench',
  SHOPIFY_APP_URL: 'https://lockstep.example',
  LOG_LEVEL: 'warn',
  NODE_ENV: 'production',
}

/** Runs a bundled program in a process of its own, which may read `input`, and gives the JSON that it prints. */
export async function startPart<Result>(
  program: string,
  args: readonly string[],
  url: string,
  input: Iterable<Buffer> = [],
): Promise<Result> {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], {
    env: { PATH: process.env['PATH'], ...settings, DATABASE_URL: url } as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const [said] = await Promise.all([text(child.stdout), pipeline(Readable.from(input), child.stdin)])
  if ((await ended) !== 0) throw new Error(`${program} failed`)
  return JSON.parse(said) as Result
}
