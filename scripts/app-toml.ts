import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from './prisma-command.mjs'

const shopifyCli = '@shopify/cli@4.8.2'
const fetchTimeoutMs = 180_000
const buildTimeoutMs = 120_000

export type TomlOutcome =
  { outcome: 'accepted' } | { outcome: 'refused'; said: string } | { outcome: 'not checked'; why: string }

const env = {
  ...process.env,
  CI: '1',
  SHOPIFY_CLI_NO_ANALYTICS: '1',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  npm_config_update_notifier: 'false',
}

/** Fetches Shopify's command line through npx, apart from using it: without a network there is nothing to hold against the files. */
function fetchCli(): TomlOutcome | undefined {
  const { status, stderr, error } = spawnSync('npx', ['--yes', shopifyCli, 'version'], {
    cwd: tmpdir(),
    env,
    encoding: 'utf8',
    timeout: fetchTimeoutMs,
  })
  if (status === 0) return undefined
  const why = error?.message ?? stderr.trim().split('\n')[0] ?? 'it said nothing'
  return { outcome: 'not checked', why: `Shopify's command line (${shopifyCli}) could not be fetched by npx: ${why}` }
}

/** The web file without its build command, which `shopify app build` would run. */
export function withoutBuildCommand(webToml: string): string {
  return webToml.replace(/^build\s*=.*$/m, '')
}

/**
 * Has the real Shopify CLI read shopify.app.toml and shopify.web.toml (and extensions/), in a copy and without an
 * account. It does not know topics; a test checks these against the Admin schema.
 */
export function checkAppToml(root = projectRoot): TomlOutcome {
  const unavailable = fetchCli()
  if (unavailable) return unavailable
  const copy = mkdtempSync(join(tmpdir(), 'lockstep-toml-'))
  try {
    cpSync(join(root, 'shopify.app.toml'), join(copy, 'shopify.app.toml'))
    const webToml = readFileSync(join(root, 'shopify.web.toml'), 'utf8')
    writeFileSync(join(copy, 'shopify.web.toml'), withoutBuildCommand(webToml))
    if (existsSync(join(root, 'extensions')))
      cpSync(join(root, 'extensions'), join(copy, 'extensions'), { recursive: true })
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ name: 'lockstep', version: '0.0.0', private: true }))
    const build = ['--yes', shopifyCli, 'app', 'build', '--path', copy, '--skip-dependencies-installation']
    const { status, stdout, stderr } = spawnSync('npx', build, {
      cwd: copy,
      env,
      encoding: 'utf8',
      timeout: buildTimeoutMs,
    })
    return status === 0 ? { outcome: 'accepted' } : { outcome: 'refused', said: `${stdout}\n${stderr}`.trim() }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}
