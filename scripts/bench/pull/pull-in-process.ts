import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface PullResult {
  resource: string
  records: number
  requests: number
  retries: number
  waitedMs: number
  points: number
}

export interface PullProcess {
  /** URL of the bundled program. */
  program: string
  databaseUrl: string
  sandboxUrl: string
  apiKey: string
  apiSecret: string
}

/** Pulls resources of a shop, all at the same time, in a process of their own. */
export async function pullInProcess(
  { program, databaseUrl, sandboxUrl, apiKey, apiSecret }: PullProcess,
  shopId: string,
  resources: readonly string[],
): Promise<PullResult[]> {
  const child = spawn(process.execPath, [fileURLToPath(program), shopId, ...resources], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      SHOPIFY_API_KEY: apiKey,
      SHOPIFY_API_SECRET: apiSecret,
      SHOPIFY_APP_URL: 'https://lockstep.example',
      SHOPIFY_SANDBOX_URL: sandboxUrl,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const said = await text(child.stdout)
  if ((await ended) !== 0) throw new Error(`a pull of ${resources.join(', ')} failed: ${said}`)
  return JSON.parse(said) as PullResult[]
}
