import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Tick } from './app-process.ts'

export interface ProcessUsage {
  rssMb: number
  cpuSeconds: number
}

export interface FleetProcess {
  tick(tick: Tick): Promise<void>
  stop(): Promise<ProcessUsage>
}

/** Starts the bundled program with the app's default settings, and waits until it takes jobs. */
export async function startProcess(program: string, databaseUrl: string, sandboxUrl: string): Promise<FleetProcess> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      SHOPIFY_API_KEY: 'bench',
      SHOPIFY_API_SECRET: 'bench-secret',
      SHOPIFY_APP_URL: 'https://lockstep.example',
      SHOPIFY_SANDBOX_URL: sandboxUrl,
      LOG_LEVEL: 'silent',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  async function answer(): Promise<unknown> {
    const { value, done } = await lines.next()
    if (done) throw new Error('a process of the app ended')
    return JSON.parse(value) as unknown
  }
  const say = (command: Tick | 'stop') => child.stdin.write(`${JSON.stringify(command)}\n`)
  await answer()
  return {
    async tick(command) {
      say(command)
      await answer()
    },
    async stop() {
      say('stop')
      const usage = (await answer()) as ProcessUsage
      // It listens until there is nobody to listen to.
      child.stdin.end()
      return usage
    },
  }
}
