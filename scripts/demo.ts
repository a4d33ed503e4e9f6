import { createClosers } from './demo/closers.ts'
import { type DemoOptions, readOptions, usage } from './demo/options.ts'
import { runInteractive } from './demo/run-interactive.ts'
import { runOnce } from './demo/run-once.ts'
import { reportFailure } from './plain-failure.mjs'
import { stopOnSignal } from './stop-signals.ts'

const graceMs = 60_000
/** What a shell says of a program that was interrupted. */
const interrupted = 130

const closers = createClosers()

async function demo(options: DemoOptions): Promise<void> {
  stopOnSignal(async () => {
    console.log('\nStopping …')
    await closers.closeAll()
    if (options.once) process.exit(interrupted)
  }, graceMs)
  if (!options.once) return runInteractive(options, closers)
  let isInLockstep = false
  try {
    isInLockstep = await runOnce(options, closers)
  } catch (error) {
    if (!closers.isClosing) reportFailure(error)
  }
  await closers.closeAll().catch(reportFailure)
  console.log(`in lockstep: ${isInLockstep ? 'yes' : 'no'}`)
  process.exitCode ||= isInLockstep ? 0 : 1
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else await demo(options)
} catch (error) {
  // What breaks because everything is being closed is no news.
  if (!closers.isClosing) reportFailure(error)
  await closers.closeAll().catch(reportFailure)
}
