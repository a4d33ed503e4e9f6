import type { ServerBuild } from '@remix-run/node'
import { loadBundle } from './app-bundle.ts'
import { runApp, type RunningApp } from './run-app.ts'

interface Entry {
  boot: (options: { build: ServerBuild; mode: 'production' }) => Promise<RunningApp>
}

process.env['NODE_ENV'] ??= 'production'

await runApp(async () => {
  const { build, entry } = await loadBundle<Entry>()
  return entry.boot({ build, mode: 'production' })
})
