// @ts-check
// The first script of a fresh clone. Node built-ins only, and nothing newer than Node 20.
//
//   node scripts/bootstrap.mjs                    installs what is missing
//   node scripts/bootstrap.mjs <task> [args…]     and runs scripts/<task>.ts on the project's own Node
//   node scripts/bootstrap.mjs exec <program> …   and runs a program of node_modules/.bin on it
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { appNodeOptions } from './app-node-options.mjs'
import { areDependenciesCurrent, installDependencies, taskNode } from './dependencies.mjs'
import { acquireFileLock } from './file-lock.mjs'
import { PlainFailure, reportFailure } from './plain-failure.mjs'
import { prismaCommand, projectRoot } from './prisma-command.mjs'

const binFolder = join(projectRoot, 'node_modules', '.bin')
const schemaPath = join(projectRoot, 'prisma', 'schema.prisma')
// Beside the generated client, so that both go together.
const generatedStamp = join(projectRoot, 'node_modules', '.prisma', 'lockstep-schema.sha256')

const parentPollMs = 1_000

/** @param {string} line */
function tell(line) {
  console.error(line)
}

/** @returns {string} what the generated client depends on */
function schemaFingerprint() {
  const schema = readFileSync(schemaPath)
  const generator = readFileSync(join(projectRoot, 'node_modules', 'prisma', 'package.json'))
  return createHash('sha256').update(schema).update(generator).digest('hex')
}

function isClientCurrent() {
  if (!existsSync(schemaPath)) return true
  return existsSync(generatedStamp) && readFileSync(generatedStamp, 'utf8') === schemaFingerprint()
}

/** @param {string} node */
function generateClient(node) {
  const { file, args, options } = prismaCommand(['generate'], { node })
  const { status, error, stdout, stderr } = spawnSync(file, args, { ...options, encoding: 'utf8' })
  if (status !== 0) {
    throw new PlainFailure(
      `The database client could not be generated. ${error ? error.message : `${stdout}\n${stderr}`}`,
    )
  }
  mkdirSync(dirname(generatedStamp), { recursive: true })
  writeFileSync(generatedStamp, schemaFingerprint())
}

/**
 * Does what is missing, once, however many tasks start together.
 *
 * @returns {Promise<string>} the Node to run tasks with
 */
async function prepare() {
  const isReady = () => areDependenciesCurrent(projectRoot) && taskNode(projectRoot) !== undefined && isClientCurrent()
  if (!isReady()) {
    const unlock = await acquireFileLock(join(projectRoot, '.cache', 'bootstrap.lock'), {
      onWait: (pid) => tell(`Waiting for another task (process ${pid}) that is installing the dependencies …`),
    })
    try {
      if (!areDependenciesCurrent(projectRoot)) {
        tell('Installing the dependencies with npm ci (about a minute, once) …')
        installDependencies(projectRoot)
        tell('The dependencies are installed.')
      }
      const node = taskNode(projectRoot)
      if (node && !isClientCurrent()) generateClient(node)
    } finally {
      unlock()
    }
  }
  const node = taskNode(projectRoot)
  if (node) return node
  throw new PlainFailure(
    `Lockstep runs on Node 24, which the npm package "node" brings; here it is missing, and this is ${process.version}.\n` +
      'Its install script may have been switched off (npm config get ignore-scripts), or there is no Node 24 for\n' +
      `${process.platform} on ${process.arch}. Run: npm rebuild node --ignore-scripts=false\n` +
      'or install Node 24 yourself: https://nodejs.org/',
  )
}

/**
 * @param {string} task
 * @param {string[]} args
 */
function commandFor(task, args) {
  if (task !== 'exec') {
    const script = join(projectRoot, 'scripts', `${task}.ts`)
    if (!existsSync(script)) throw new PlainFailure(`There is no task "${task}" (${script}).`)
    return [...(task === 'start' ? appNodeOptions : []), script, ...args]
  }
  const [program = '', ...rest] = args
  const path = join(binFolder, program)
  if (!existsSync(path)) throw new PlainFailure(`There is no program "${program}" in ${binFolder}.`)
  return [path, ...rest]
}

/**
 * Runs a task and ends as it ends. A signal for us is for the task, which may still have work to finish: we pass it on
 * and wait. (On Ctrl-C the terminal tells the task as well; tasks take signals that come together for one.) The task
 * also ends with the npm that started us, should that be killed; npm is our parent by the `exec` in package.json.
 *
 * @param {string} node
 * @param {string[]} command
 */
function runTask(node, command) {
  const env = { ...process.env, PATH: `${binFolder}${delimiter}${process.env.PATH ?? ''}` }
  const child = spawn(node, command, { stdio: 'inherit', env })
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  const npm = process.env.npm_lifecycle_event ? process.ppid : undefined
  const watch = setInterval(() => {
    if (npm === undefined || process.ppid === npm) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, parentPollMs).unref()
  child.once('error', reportFailure)
  child.once('exit', (code, signal) => {
    if (!signal) return process.exit(code ?? 1)
    for (const each of signals) process.removeAllListeners(each)
    process.kill(process.pid, signal)
  })
}

try {
  const [task, ...args] = process.argv.slice(2)
  const node = await prepare()
  if (task) runTask(node, commandFor(task, args))
} catch (error) {
  reportFailure(error)
}
