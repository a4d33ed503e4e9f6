import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { PlainFailure } from './plain-failure.mjs'
import { projectRoot } from './prisma-command.mjs'
import { runApp, type RunningApp } from './run-app.ts'

type Boot = (options: { build: ServerBuild; mode: 'production' }) => Promise<RunningApp>

const bundle = join(projectRoot, 'build', 'server', 'index.js')
process.env['NODE_ENV'] ??= 'production'

await runApp(async () => {
  if (!existsSync(bundle)) throw new PlainFailure(`The app is not built yet (${bundle} is missing). Run: npm run build`)
  const build = (await import(pathToFileURL(bundle).href)) as ServerBuild
  const { boot } = build.entry.module as typeof build.entry.module & { boot: Boot }
  return boot({ build, mode: 'production' })
})
