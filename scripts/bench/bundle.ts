import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import { projectRoot } from '../prisma-command.mjs'

/**
 * Bundles a module of this folder with the parts of the app that it imports, as the production build does.
 *
 * @param entry path from the project's root, e.g. `scripts/bench/ingest/worker.ts`
 * @returns the URL of the bundle
 */
export async function bundle(entry: string): Promise<string> {
  const outDir = join(projectRoot, '.cache', 'bench')
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'error',
    resolve: { alias: { '~': join(projectRoot, 'app') } },
    build: { ssr: entry, outDir, emptyOutDir: false, minify: false, target: 'node24' },
  })
  return pathToFileURL(join(outDir, entry.replace(/^.*\//, '').replace(/\.ts$/, '.js'))).href
}
