import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleKit } from '../tests/convergence/bundle-kit.ts'
import { playSeeds } from '../tests/convergence/players.ts'
import { startPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { PlainFailure, reportFailure } from './plain-failure.mjs'

const USAGE = `npm run converge -- --seeds 1000       plays the seeds 1 to 1000
npm run converge -- --seeds 40 --from 7000
npm run converge -- --seed 42          plays one and tells its story
                    --mutation NAME    with a rule of the app removed, see tests/convergence/mutations.ts`

function number(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new PlainFailure(`--${name} takes a whole number.\n${USAGE}`)
  return Number(text)
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      mutation: { type: 'string' },
      players: { type: 'string', default: '4' },
    },
  })
  const mutation = values.mutation ?? null
  const from = number('from', values.seed ?? values.from)
  const count = values.seed === undefined ? number('seeds', values.seeds ?? '100') : 1
  const seeds = Array.from({ length: count }, (_, index) => from + index)
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-converge-'))
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), persistent: false })
  try {
    await migrate(server.url)
    const program = await bundleKit(mutation)
    const startedMs = performance.now()
    let diverged = 0
    let ended = 0
    const played = await playSeeds(seeds, {
      program,
      databaseUrl: server.url,
      players: number('players', values.players),
      onPlayed({ seed, divergence, story }) {
        if (values.seed !== undefined) console.log(story.join('\n'))
        if (++ended % 100 === 0) console.error(`${ended} of ${count} seeds, ${diverged} diverged`)
        if (divergence === null) return
        diverged += 1
        const again = `npm run converge -- --seed ${seed}${mutation === null ? '' : ` --mutation ${mutation}`}`
        console.log(`\nSeed ${seed} diverges: ${divergence}\nIts story: ${again}`)
      },
    })
    const seconds = (performance.now() - startedMs) / 1000
    const requests = played.reduce((sum, one) => sum + one.requests, 0)
    console.log(
      `\n${played.length} seeds, ${diverged} diverged; ${seconds.toFixed(1)} s, ` +
        `${(seconds / played.length).toFixed(2)} s and ${Math.round(requests / played.length)} requests a seed.`,
    )
    return diverged
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

try {
  process.exitCode = (await main()) > 0 ? 1 : 0
} catch (error) {
  reportFailure(error)
}
