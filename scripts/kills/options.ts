import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { PlainFailure } from '../plain-failure.mjs'

export interface KillOptions {
  times: number
  seed: number
  /** PostgreSQL says that it has committed what it has not written yet, so that there is something to find. */
  isUnsafe: boolean
}

export const usage = `npm run kills [-- options]

  --times N            how often the app, PostgreSQL or both are killed (default 50)
  --seed N             decides what is killed when, and what is sent (default: any)
  --unsafe-postgres    with a PostgreSQL that does not keep what it has confirmed: shows that losses are found`

const mostTimes = 10_000
const highestSeed = 999_999_999

/** @throws {PlainFailure} with the usage when an argument is not understood */
export function readOptions(args: string[]): KillOptions | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const number = (name: 'times' | 'seed', least: number, most: number) => {
    const text = values[name] ?? ''
    if (/^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text)
    throw new PlainFailure(`--${name} takes a whole number from ${least} to ${most}, not "${text}".\n\n${usage}`)
  }
  return {
    times: number('times', 1, mostTimes),
    seed: values.seed === undefined ? randomInt(highestSeed) : number('seed', 0, highestSeed),
    isUnsafe: values['unsafe-postgres'],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        times: { type: 'string', default: '50' },
        seed: { type: 'string' },
        'unsafe-postgres': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new PlainFailure(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}
