/** Proves that what was answered 200 outlives kills of the app and of PostgreSQL. */
import { createClosers } from './demo/closers.ts'
import { type KillOptions, readOptions, usage } from './kills/options.ts'
import { type Kill, play, type Played, VICTIMS } from './kills/play.ts'
import { openStage } from './kills/stage.ts'
import { reportFailure } from './plain-failure.mjs'
import { stopOnSignal } from './stop-signals.ts'

const graceMs = 60_000
/** What a shell says of a program that was interrupted. */
const interrupted = 130
const mostLossesShown = 20

const closers = createClosers()
const figure = (value: number) => Math.round(value).toLocaleString('en')

async function kills(options: KillOptions): Promise<Played> {
  const again = `npm run kills -- --times ${options.times} --seed ${options.seed}${options.isUnsafe ? ' --unsafe-postgres' : ''}`
  console.log(`Seed ${options.seed}: ${again}`)
  const stage = await openStage(options, closers)
  let count = 0
  const onKill = ({ victim, afterMs, acknowledged, recoveryMs }: Kill) => {
    count += 1
    console.log(
      `${count}: ${victim} after ${figure(afterMs)} ms, ${figure(acknowledged)} acknowledged, ` +
        `healthy again within ${figure(recoveryMs)} ms`,
    )
  }
  return play(stage, { ...options, onKill }, closers)
}

function print({ kills, sent, acknowledged, statuses, losses, applyingMs }: Played): void {
  const answers = [...statuses].map(([status, count]) => `${status === 0 ? 'none' : status} ${figure(count)} times`)
  console.log(
    `\n${figure(sent)} deliveries sent, ${figure(acknowledged)} acknowledged. Answers: ${answers.join(', ')}.`,
  )
  for (const victim of VICTIMS) {
    const times = kills.filter((kill) => kill.victim === victim).map(({ recoveryMs }) => recoveryMs)
    if (times.length === 0) continue
    const middle = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
    const longest = Math.max(...times)
    console.log(
      `${victim}, killed ${times.length} times: healthy again within ${figure(middle)} ms (median), ${figure(longest)} ms (longest)`,
    )
  }
  if (losses.length === 0) console.log(`Everything was applied ${figure(applyingMs)} ms after the last answer.`)
  for (const loss of losses.slice(0, mostLossesShown)) console.log(loss)
  if (losses.length > mostLossesShown) console.log(`and ${figure(losses.length - mostLossesShown)} more`)
  console.log(`${kills.length} kills, ${figure(acknowledged)} acknowledged, ${figure(losses.length)} lost or wrong`)
  process.exitCode = losses.length > 0 ? 1 : 0
}

async function main(options: KillOptions): Promise<void> {
  stopOnSignal(async () => {
    console.log('\nStopping …')
    await closers.closeAll()
    process.exit(interrupted)
  }, graceMs)
  try {
    print(await kills(options))
  } catch (error) {
    // What breaks because everything is being closed is no news.
    if (!closers.isClosing) reportFailure(error)
  }
  await closers.closeAll().catch(reportFailure)
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  else await main(options)
} catch (error) {
  reportFailure(error)
}
