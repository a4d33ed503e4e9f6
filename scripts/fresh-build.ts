import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PlainFailure } from './plain-failure.mjs'
import { projectRoot } from './prisma-command.mjs'
import { runProgram } from './run-program.ts'

const sources = [
  'app/**/*',
  'public/**/*',
  'prisma/schema.prisma',
  'package-lock.json',
  '*.config.{js,ts}',
  'tsconfig.json',
]
const stampPath = join(projectRoot, '.cache', 'build.sha256')

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const path of globSync(sources, { cwd: projectRoot }).sort()) {
    const absolute = join(projectRoot, path)
    if (!statSync(absolute).isFile() || /\.test\.tsx?$/.test(path)) continue
    hash.update(path).update('\0').update(readFileSync(absolute))
  }
  return hash.digest('hex')
}

/**
 * Builds the app if anything that goes into it changed since this function last did.
 *
 * @throws {PlainFailure} when the build fails
 */
export async function ensureFreshBuild(): Promise<void> {
  const current = fingerprint()
  const isBuilt = existsSync(join(projectRoot, 'build', 'server', 'index.js'))
  if (isBuilt && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === current) return
  // A build for production, whatever the environment of the tests says.
  const code = await runProgram('remix', ['vite:build', '--logLevel', 'warn'], { NODE_ENV: 'production' })
  if (code !== 0) throw new PlainFailure('The app could not be built; see above.')
  mkdirSync(dirname(stampPath), { recursive: true })
  writeFileSync(stampPath, current)
}
