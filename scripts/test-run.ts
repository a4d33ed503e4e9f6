import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from './embedded-postgres.ts'
import { findChromium } from './find-chromium.ts'
import { ensureFreshBuild } from './fresh-build.ts'
import { projectRoot } from './prisma-command.mjs'
import { runProgram } from './run-program.ts'
import { type Counts, judge, playwrightCounts, vitestCounts } from './test-counts.ts'

const nothing: Counts = { passed: 0, failed: 0 }

export function heading(name: string): void {
  console.log(`\n== ${name}`)
}

function countsIn(path: string, count: (report: unknown) => Counts): Counts {
  try {
    return count(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // The runner ended before it wrote its report; its exit code says the rest.
    return nothing
  }
}

async function testServer(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return { url: given, stop: async () => undefined }
  return startPostgres({ dataDir: join(folder, 'postgres'), persistent: false })
}

/**
 * Runs every test: unit, integration and sandbox browser tests by Vitest, then the browser tests of the built app by
 * Playwright, all on one PostgreSQL.
 */
export async function runTests(): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-test-run-'))
  try {
    heading('Browser')
    const env = { CHROMIUM_PATH: findChromium(console.log) }
    console.log(env.CHROMIUM_PATH)
    const server = await testServer(folder)
    try {
      const shared = { ...env, TEST_DATABASE_URL: server.url }
      heading('Unit, integration and sandbox tests')
      const vitestJson = join(folder, 'vitest.json')
      const hangs = join(projectRoot, 'tests', 'setup', 'say-what-hangs.ts')
      const reporters = ['default', hangs, 'json'].map((reporter) => `--reporter=${reporter}`)
      const vitestCode = await runProgram('vitest', ['run', ...reporters, `--outputFile.json=${vitestJson}`], shared)
      const inner = judge(countsIn(vitestJson, vitestCounts), vitestCode)

      heading('Build')
      await ensureFreshBuild()
      heading('Browser tests')
      const playwrightJson = join(folder, 'playwright.json')
      const playwrightCode = await runProgram('playwright', ['test', '--reporter=list,json'], {
        ...shared,
        PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightJson,
      })
      const outer = judge(countsIn(playwrightJson, playwrightCounts), playwrightCode)
      return { passed: inner.passed + outer.passed, failed: inner.failed + outer.failed }
    } finally {
      await server.stop()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The last line of `npm test`, and the exit code that goes with it. */
export function conclude({ passed, failed }: Counts): void {
  console.log(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}
