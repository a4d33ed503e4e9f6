import { reportFailure } from './plain-failure.mjs'

/** A benchmark prints a table for people and gives the figures of its last line. */
type Bench = { run(args: readonly string[]): Promise<Record<string, number>> }

const benches: Record<string, () => Promise<Bench>> = {
  fleet: () => import('./bench/fleet.ts'),
  ingest: () => import('./bench/ingest.ts'),
  pull: () => import('./bench/pull.ts'),
  webhooks: () => import('./bench/webhooks.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = benches[name]
if (load === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(benches).join(', ')}`)
  process.exitCode = 1
} else {
  try {
    const { run } = await load()
    console.log(JSON.stringify(await run(args)))
  } catch (error) {
    reportFailure(error)
  }
}
