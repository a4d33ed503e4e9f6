// @ts-check
// Node built-ins only, and nothing newer than Node 20: this runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlainFailure } from './plain-failure.mjs'

/** The first Node that runs TypeScript without a flag in its long-term line. */
const oldestTypeScriptNode = [22, 18]

/** @param {string} path */
function packagesIn(path) {
  try {
    /** @type {Record<string, { version?: string, integrity?: string, dev?: boolean, optional?: boolean }>} */
    const packages = JSON.parse(readFileSync(path, 'utf8')).packages
    return packages
  } catch {
    return undefined
  }
}

/**
 * The Node that runs our tasks: the one from npm, else the one we run on if it is new enough.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function taskNode(root) {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (existsSync(own) && spawnSync(own, ['--version'], { stdio: 'ignore' }).status === 0) return own
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor = 0, leastMinor = 0] = oldestTypeScriptNode
  const canTypeScript = major > leastMajor || (major === leastMajor && minor >= leastMinor)
  return canTypeScript ? process.execPath : undefined
}

/**
 * Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed. A record is
 * written last, so an install that was cut short has none. In production development packages may be absent.
 *
 * @param {string} root
 */
export function areDependenciesCurrent(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'))
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !installed) return false
  const mayLackDev = process.env.NODE_ENV === 'production'
  return Object.entries(wanted).every(([path, { version, integrity, optional, dev }]) => {
    if (path === '') return true
    const found = installed[path]
    if (!found) return Boolean(optional) || (Boolean(dev) && mayLackDev)
    return found.version === version && found.integrity === integrity
  })
}

/**
 * Installs what package-lock.json asks for.
 *
 * @param {string} root
 * @throws {PlainFailure} when npm is missing or fails
 */
export function installDependencies(root) {
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false']
  // npm names itself to the scripts it runs; whoever calls us directly needs npm on the PATH.
  const npmCli = process.env.npm_execpath
  const isNpm = npmCli?.includes('npm-cli')
  const outcome = isNpm
    ? spawnSync(process.execPath, [npmCli ?? '', ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (outcome.error) {
    throw new PlainFailure(
      `npm could not be started (${outcome.error.message}).\nIt comes with Node 20 or newer: https://nodejs.org/`,
    )
  }
  if (outcome.signal) throw new PlainFailure(`npm was stopped by ${outcome.signal} before it had installed everything.`)
  if (outcome.status !== 0) {
    throw new PlainFailure(
      `npm could not install the dependencies; its own words are above.\n` +
        'It needs the network and a registry that it can reach (see: npm config get registry, npm config get proxy).\n' +
        'When that works again, run the same command once more.',
    )
  }
}
