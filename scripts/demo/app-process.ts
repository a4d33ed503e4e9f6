import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PlainFailure } from '../plain-failure.mjs'
import { projectRoot } from '../prisma-command.mjs'
import { appNodeOptions } from '../app-node-options.mjs'
import { waitUntil } from './wait-until.ts'

export interface AppOptions {
  databaseUrl: string
  sandbox: { url: string; appBridgeUrl: string }
  apiKey: string
  apiSecret: string
  /** Where the app is or will be reached: also a process without the role web has to know. */
  appUrl: string
  /** Comma-separated, as in ROLES. */
  roles: string
  /** Cron expression for all resources. Default: the app's own. */
  schedule?: string
  /** The app's output is added to it. */
  logFile: string
}

export interface AppProcess {
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
  readonly hasEnded: boolean
}

const startTimeoutMs = 60_000
const stopTimeoutMs = 35_000
const logTailLines = 12

const startScript = fileURLToPath(new URL('../start.ts', import.meta.url))
const endWithParent = new URL('./end-with-parent.ts', import.meta.url).href

/** Every setting that matters is given, so that none of a developer's own `.env` has a say. Empty: the app's default. */
function settings({ databaseUrl, sandbox, apiKey, apiSecret, appUrl, roles, schedule = '' }: AppOptions) {
  return {
    NODE_ENV: 'production' as const,
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '',
    SHOPIFY_API_KEY: apiKey,
    SHOPIFY_API_SECRET: apiSecret,
    SHOPIFY_APP_URL: appUrl,
    SHOPIFY_SANDBOX_URL: sandbox.url,
    APP_BRIDGE_URL: sandbox.appBridgeUrl,
    SCOPES: '',
    PORT: new URL(appUrl).port,
    ROLES: roles,
    LOG_LEVEL: 'info',
    SCHEDULE_PRODUCTS: schedule,
    SCHEDULE_CUSTOMERS: schedule,
    SCHEDULE_ORDERS: schedule,
    SCHEDULE_CHECKOUTS: schedule,
    SYNC_CONCURRENCY: '',
    WEBHOOK_SUBSCRIPTIONS: '',
    EXTRA_WEBHOOK_TOPICS: '',
  }
}

/**
 * Starts the built app as `npm start` does, in a process that ends when this one does. A process with the role web is
 * waited for until it is healthy.
 *
 * @throws {PlainFailure} with the app's last words when it does not get there
 */
export async function startApp(options: AppOptions): Promise<AppProcess> {
  const { appUrl, roles, logFile } = options
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  // In a session of its own: Ctrl-C reaches us alone, and we stop it while its database is still there.
  const child = spawn(process.execPath, [...appNodeOptions, '--import', endWithParent, startScript], {
    cwd: projectRoot,
    detached: true,
    env: { ...process.env, ...settings(options) },
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', reject)
  })
  const app: AppProcess = {
    ended,
    stop: () => stopProcess(child, ended),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    get hasEnded() {
      return hasEnded(child)
    },
  }
  if (!roles.includes('web')) return app
  try {
    await waitUntil({
      for: `the app at ${appUrl}`,
      timeoutMs: startTimeoutMs,
      check: () => isHealthy(child, appUrl),
    })
    return app
  } catch (error) {
    await app.stop()
    if (!(error instanceof PlainFailure)) throw error
    throw new PlainFailure(`${error.message}\nIts last words (${logFile}):\n${lastLines(logFile)}`)
  }
}

async function isHealthy(child: ChildProcess, appUrl: string): Promise<true | undefined> {
  if (hasEnded(child)) throw new PlainFailure('The app ended while it was starting.')
  const answer = await fetch(`${appUrl}/healthz`).catch(() => null)
  return answer?.ok ? true : undefined
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null

async function stopProcess(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (hasEnded(child)) return
  child.kill('SIGTERM')
  const lastResort = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
  await ended
  clearTimeout(lastResort)
}

function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-logTailLines).join('\n')
}
