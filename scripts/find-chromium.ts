import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { PlainFailure } from './plain-failure.mjs'
import { projectRoot } from './prisma-command.mjs'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
const downloadTimeoutMs = 180_000
const aptTimeoutMs = 300_000

/** A browser that exists may still lack system libraries; one that says its version can start. */
function canRun(path: string): boolean {
  return existsSync(path) && spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0
}

/** The browser that is here already, by CHROMIUM_PATH, in its usual places, or downloaded by Playwright before. */
export function installedChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    if (canRun(named)) return named
    throw new PlainFailure(`CHROMIUM_PATH is ${named}, which is not a browser that can be started.`)
  }
  return [...usualPlaces, chromium.executablePath()].find(canRun)
}

function succeeds(file: string, args: string[], options: SpawnSyncOptions): boolean {
  return spawnSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options }).status === 0
}

function download(): boolean {
  const cli = join(projectRoot, 'node_modules', '@playwright', 'test', 'cli.js')
  const env = { ...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000' }
  return succeeds(process.execPath, [cli, 'install', 'chromium'], { env, timeout: downloadTimeoutMs, stdio: 'ignore' })
}

function installBySystem(): boolean {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: aptTimeoutMs }
  succeeds('apt-get', ['update', '-qq'], options)
  return succeeds('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], options)
}

/**
 * The path of a Chromium that can be started, installed now if there is none: by Playwright's download, else by the
 * system's packages when we are root.
 *
 * @throws {PlainFailure} when none can be had
 */
export function findChromium(tell: (line: string) => void): string {
  const found = installedChromium()
  if (found) return found
  tell('No Chromium found: downloading the one of Playwright …')
  if (download()) {
    const downloaded = installedChromium()
    if (downloaded) return downloaded
  }
  tell('That one cannot be had or cannot run here: trying apt-get install chromium …')
  if (installBySystem()) {
    const installed = installedChromium()
    if (installed) return installed
  }
  throw new PlainFailure(
    'The browser tests need a Chromium, and none could be installed. Install one (on Debian: apt-get install chromium;\n' +
      'anywhere: npx playwright install --with-deps chromium) or set CHROMIUM_PATH to one.',
  )
}
