import { spawn } from 'node:child_process'
import { loadSettings, openAppDatabase } from './app-database.ts'
import { reportFailure } from './plain-failure.mjs'
import { prismaCommand } from './prisma-command.mjs'

// npm run prisma -- <command>: Prisma's own command line, on the database that `npm start` uses.
const args = process.argv.slice(2)
const needsNoDatabase = ['generate', 'format', 'validate', 'version', '--version', '-v', '--help', '-h']

function run(databaseUrl: string | undefined): Promise<number> {
  const { file, args: argv, options } = prismaCommand(args, { databaseUrl })
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { ...options, stdio: 'inherit' })
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

// The terminal's Ctrl-C is for Prisma; we end when it has ended.
process.on('SIGINT', () => undefined)
try {
  loadSettings()
  if (args.length === 0 || needsNoDatabase.includes(args[0] ?? '')) {
    process.exitCode = await run(undefined)
  } else {
    const database = await openAppDatabase()
    try {
      process.exitCode = await run(database.url)
    } finally {
      await database.stop()
    }
  }
} catch (error) {
  reportFailure(error)
}
