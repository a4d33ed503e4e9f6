import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { PlainFailure } from '../plain-failure.mjs'
import { projectRoot } from '../prisma-command.mjs'

/**
 * Builds the app if that is needed, in a process of its own, which deals with Ctrl-C in its own way. What it says matters
 * only when it fails.
 *
 * @throws {PlainFailure} with its words
 */
export async function buildApp(): Promise<void> {
  const script = fileURLToPath(new URL('./build-app.ts', import.meta.url))
  const build = spawn(process.execPath, [script], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  const said: Buffer[] = []
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (part: Buffer) => said.push(part))
  const [code] = (await once(build, 'close')) as [number | null]
  if (code !== 0)
    throw new PlainFailure(`The app could not be built. The build said:\n${Buffer.concat(said).toString()}`)
}
