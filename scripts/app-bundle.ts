import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import { PlainFailure } from './plain-failure.mjs'
import { projectRoot } from './prisma-command.mjs'

const bundle = join(projectRoot, 'build', 'server', 'index.js')

/**
 * Loads the built app, which reads its settings by that. `Entry`: what app/entry.server.tsx exports beside Remix's own.
 *
 * @throws {PlainFailure} when it has not been built
 */
export async function loadBundle<Entry>(): Promise<{ build: ServerBuild; entry: Entry }> {
  if (!existsSync(bundle)) throw new PlainFailure(`The app is not built yet (${bundle} is missing). Run: npm run build`)
  const build = (await import(pathToFileURL(bundle).href)) as ServerBuild
  return { build, entry: build.entry.module as ServerBuild['entry']['module'] & Entry }
}
