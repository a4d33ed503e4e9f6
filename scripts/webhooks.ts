import { parseArgs } from 'node:util'
import { loadBundle } from './app-bundle.ts'
import { loadSettings, openAppDatabase } from './app-database.ts'
import { migrate } from './migrate.ts'
import { PlainFailure, reportFailure } from './plain-failure.mjs'
import { stopOnSignal } from './stop-signals.ts'

const actions = ['register', 'unregister', 'update'] as const
type Action = (typeof actions)[number]

interface Entry {
  subscriptionCommand: (
    action: Action,
    domain: string | null,
    signal: AbortSignal,
  ) => Promise<{ rows: Record<string, string>[]; isFailure: boolean }>
}

const usage = `npm run webhooks -- register|unregister|update [--shop example.myshopify.com]

  The webhook subscriptions that the app makes through the API, of one shop or of all that have the app. Those of
  shopify.app.toml are Shopify's to make: npx shopify app deploy.

  register     makes those that should be, and brings the others to the app's address
  update       brings those that are there to the app's address, and removes those that should not be
  unregister   removes all that lead to the app`

const graceMs = 30_000
const stopping = new AbortController()

function readArguments(): { action: Action; domain: string | null } | 'help' {
  try {
    const options = { shop: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    if (values.help) return 'help'
    const action = actions.find((one) => one === positionals[0])
    if (action === undefined || positionals.length !== 1) throw new Error('Say what to do, in one word.')
    return { action, domain: values.shop ?? null }
  } catch (error) {
    throw new PlainFailure(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

async function run({ action, domain }: { action: Action; domain: string | null }): Promise<void> {
  process.env['NODE_ENV'] ??= 'production'
  loadSettings()
  // The table says it all.
  process.env['LOG_LEVEL'] = 'error'
  const database = await openAppDatabase()
  try {
    process.env['DATABASE_URL'] = database.url
    await migrate(database.url)
    const { entry } = await loadBundle<Entry>()
    const { rows, isFailure } = await entry.subscriptionCommand(action, domain, stopping.signal)
    console.table(rows)
    if (isFailure) process.exitCode = 1
  } finally {
    await database.stop()
  }
}

try {
  const wish = readArguments()
  if (wish === 'help') console.log(usage)
  else {
    const running = run(wish)
    stopOnSignal(async () => {
      stopping.abort()
      await running
      process.exit(1)
    }, graceMs)
    await running
  }
} catch (error) {
  reportFailure(error)
}
