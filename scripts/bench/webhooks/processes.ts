/** The three servers that are compared, each a process of its own that ends with this one. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { appNodeOptions } from '../../app-node-options.mjs'
import { findPort } from '../../demo/find-port.ts'
import { waitUntil } from '../../demo/wait-until.ts'
import { projectRoot } from '../../prisma-command.mjs'
import { SECRET } from './deliveries.ts'

const START_MS = 60_000

export interface Served {
  port: number
  stop(): Promise<void>
}

const settings = (databaseUrl: string) => ({
  PATH: process.env['PATH'],
  NODE_ENV: 'production' as const,
  DATABASE_URL: databaseUrl,
  SHOPIFY_API_KEY: 'bench',
  SHOPIFY_API_SECRET: SECRET,
  SHOPIFY_APP_URL: 'https://lockstep.example',
  // Nothing listens there: these deliveries carry their records, and Shopify is not asked.
  SHOPIFY_SANDBOX_URL: 'http://127.0.0.1:9',
  LOG_LEVEL: 'error',
})

/** All are told the same of memory as the app is. */
function start(script: string, env: NodeJS.ProcessEnv, imports: string[] = []) {
  const child = spawn(process.execPath, [...appNodeOptions, ...imports, script], {
    cwd: projectRoot,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  return {
    child,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

/** One of the programs beside this file, which say where they listen. `script`: a path, or the URL of a bundle. */
export async function startServer(script: string, databaseUrl: string): Promise<Served> {
  const path = script.startsWith('file:') ? fileURLToPath(script) : script
  // What it takes of the app's modules has no inbox, and all connections for itself.
  const { child, stop } = start(path, { ...settings(databaseUrl), ROLES: 'worker' })
  const lines = createInterface({ input: child.stdout })
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(START_MS) })) as [string]
  return { port: (JSON.parse(line) as { port: number }).port, stop }
}

const endWithParent = new URL('../../demo/end-with-parent.ts', import.meta.url).href

/** The production build, started as `npm start` does, with all roles and the default settings. */
export async function startBuiltApp(databaseUrl: string): Promise<Served> {
  const port = await findPort(0)
  const env = { ...settings(databaseUrl), PORT: String(port) }
  const script = fileURLToPath(new URL('../../start.ts', import.meta.url))
  const { child, stop } = start(script, env, ['--import', endWithParent])
  child.stdout.pipe(process.stderr)
  await waitUntil({
    for: 'the built app',
    timeoutMs: START_MS,
    check: async () => ((await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))?.ok ? true : undefined),
  })
  return { port, stop }
}
