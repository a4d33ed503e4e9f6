// @ts-check
// Node built-ins only: the bootstrap generates the client with this.
import { fileURLToPath } from 'node:url'

export const projectRoot = fileURLToPath(new URL('..', import.meta.url))

const prismaCli = fileURLToPath(new URL('../node_modules/prisma/build/index.js', import.meta.url))
const lockTimerFix = new URL('./prisma-lock-timer.mjs', import.meta.url).href

/**
 * Prisma's command line looks for its engine binaries, and downloads them when they are missing, although
 * prisma.config.ts has it use none. Told that they are some file that exists, it looks no further. No news, no hints.
 */
const withoutDownloads = {
  PRISMA_SCHEMA_ENGINE_BINARY: prismaCli,
  PRISMA_QUERY_ENGINE_LIBRARY: prismaCli,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  PRISMA_DISABLE_WARNINGS: '1',
  CHECKPOINT_DISABLE: '1',
  NO_UPDATE_NOTIFIER: '1',
}

/**
 * How to run Prisma's command line on the Node that this process has.
 *
 * @param {string[]} args
 * @param {{ databaseUrl?: string, node?: string }} [options] `databaseUrl` for commands that need a database
 * @returns {{ file: string, args: string[], options: { cwd: string, env: NodeJS.ProcessEnv } }} for node:child_process
 */
export function prismaCommand(args, { databaseUrl, node = process.execPath } = {}) {
  const database = databaseUrl ? { DATABASE_URL: databaseUrl } : {}
  return {
    file: node,
    args: ['--import', lockTimerFix, prismaCli, ...args],
    options: { cwd: projectRoot, env: { ...process.env, ...withoutDownloads, ...database } },
  }
}
