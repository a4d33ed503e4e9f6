/**
 * What surrounds the app in this process: a sandbox for a shop, a clock that the story moves, and a pool and a fetch that
 * belong to the life that is going on. To be imported before anything of the app, which reads its settings when it is loaded.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { startSandbox } from '../../sandbox/server.ts'
import { seededRandom } from '../../sandbox/random.ts'
import type { Life } from './life.ts'
import { installClock } from './virtual-clock.ts'

export const credentials = {
  apiKey: process.env['SHOPIFY_API_KEY'] ?? '',
  apiSecret: process.env['SHOPIFY_API_SECRET'] ?? '',
}
export const databaseUrl = process.env['DATABASE_URL'] ?? ''

let life: Life | null = null

/** Whose the pool and the network are; null: nobody's, as before the first seed. */
export function live(next: Life | null): void {
  life = next
}

const plainFetch = globalThis.fetch

/** Past the lives: for what the merchant's browser does. */
export { plainFetch as fetchAsMerchant }

/** The pool that the app has, whichever life it is in. */
class PoolOfLives extends pg.Pool {
  override connect = (async (...given: []) => this.#own().connect(...given)) as unknown as pg.Pool['connect']
  override query = (async (...given: [string]) => this.#own().query(...given)) as pg.Pool['query']
  readonly #ownerless = new pg.Pool({ connectionString: databaseUrl, max: 4 })

  #own(): pg.Pool {
    if (life?.isOver) throw new Error('this life is over')
    return life?.pool ?? this.#ownerless
  }
}

const pool = new PoolOfLives({ connectionString: databaseUrl })
Object.assign(globalThis, {
  lockstepPool: pool,
  lockstepPrisma: new PrismaClient({ adapter: new PrismaPg(pool) }),
  fetch: ((input, init) => {
    if (life === null) return plainFetch(input, init)
    const signals = init?.signal ? [init.signal, life.end] : [life.end]
    return plainFetch(input, { ...init, signal: AbortSignal.any(signals) })
  }) satisfies typeof fetch,
})

installClock()

/** The app's own chance, such as the jitter of its waits, is part of the story. */
export function seedChance(seed: number): void {
  Math.random = seededRandom(seed)
}

export const sandbox = await startSandbox({ ...credentials, port: 0, appUrl: 'https://lockstep.test' })
process.env['SHOPIFY_SANDBOX_URL'] = sandbox.url
