/** Proof by chaos: whatever happens to a shop and to the app, in the end the copy is the shop, and says how it came to be. */
import { randomInt } from 'node:crypto'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { bundleKit } from '../convergence/bundle-kit.ts'
import { mutations } from '../convergence/mutations.ts'
import type { Played } from '../convergence/play-seed.ts'
import { playSeeds } from '../convergence/players.ts'
import { createTestDatabase } from '../setup/test-server.ts'

const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)

const FIXED = from(1, 60)
const FRESH = from(randomInt(1_000, 1_000_000), 40)
/** A missing rule showed in one seed of twelve or more: that none of these and the fresh ones shows it is to be expected once in 200,000 runs. */
const FURTHER = from(FRESH.at(-1)! + 1, 100)
const PLAYERS = 3
const MOST_MS = 300_000

/** On a database of their own: a seed's shop is there once. */
async function playAll(
  program: string,
  seeds: readonly number[],
  isEnough?: (played: Played) => boolean,
): Promise<Played[]> {
  const databaseUrl = await createTestDatabase(inject('testServer'))
  return playSeeds(seeds, { program, databaseUrl, players: PLAYERS, isEnough })
}

const divergences = (played: readonly Played[]) =>
  played
    .filter(({ divergence }) => divergence !== null)
    .map(({ seed, divergence }) => `npm run converge -- --seed ${seed}: ${divergence}`)

let program = ''

beforeAll(async () => {
  program = await bundleKit(null)
})

describe('the copy is the shop in the end', () => {
  it('in sixty lives of a shop', { timeout: MOST_MS }, async () => {
    const played = await playAll(program, FIXED)
    expect(divergences(played)).toEqual([])
    expect(played).toHaveLength(FIXED.length)
  })

  it(`in forty lives that nobody has seen, from seed ${FRESH[0]} on`, { timeout: MOST_MS }, async () => {
    const played = await playAll(program, FRESH)
    expect(divergences(played)).toEqual([])
    expect(played).toHaveLength(FRESH.length)
  })

  it('by the same story each time', { timeout: MOST_MS }, async () => {
    const seeds = [2, 3, 11]
    const storiesOf = (played: Played[]) => played.sort((a, b) => a.seed - b.seed).map(({ story }) => story)
    const first = storiesOf(await playAll(program, seeds))
    const second = storiesOf(await playAll(program, [...seeds].reverse()))
    expect(second).toEqual(first)
    expect(first.every((story) => story.length > 30)).toBe(true)
  })
})

describe('an app that lacks one of its rules is found out', () => {
  it.each(Object.keys(mutations))('%s', { timeout: MOST_MS }, async (mutation) => {
    const mutated = await bundleKit(mutation)
    const played = await playAll(mutated, [...FIXED, ...FRESH, ...FURTHER], ({ divergence }) => divergence !== null)
    expect(divergences(played).length).toBeGreaterThan(0)
  })
})
