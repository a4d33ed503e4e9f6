/** Thousands of broken requests leave nothing behind in the memory of the process that takes them. */
import { type ChildProcess, fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle } from '../../scripts/bench/bundle.ts'
import { type Attempt, attemptOf, signedPlans, TOPICS, unsignedPlans } from '../fuzz/attempt.ts'
import { send } from '../fuzz/send.ts'
import type { MemoryUse } from '../programs/webhook-server.ts'
import { closeAll, installShop } from './webhooks-shop.ts'

const SECRET = process.env['SHOPIFY_API_SECRET'] ?? ''
/** FUZZ_SEED plays one again. */
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31))
const ROUNDS = 3
const IN_ROUND = 1_000
/** Until its compiler and its caches have what they want. */
const WARM_UP = 4_500
const CONNECTIONS = 20
/** A kilobyte that each of those left behind that are answered 200 would be a megabyte. */
const MOST_GROWTH_BYTES = 600_000
/** About a third is. */
const LEAST_TAKEN = (ROUNDS * IN_ROUND) / 4

/** After these the shop is another one, or is erased while others come. */
const APART = new Set(['app/uninstalled', 'shop/redact', 'customers/redact', 'customers/data_request'])
const plans = fc.oneof(signedPlans(TOPICS), unsignedPlans).filter(({ topic }) => !APART.has(topic))

let server: ChildProcess
let port = 0

beforeAll(async () => {
  const program = fileURLToPath(await bundle('tests/programs/webhook-server.ts'))
  server = fork(program, [], { execArgv: ['--expose-gc'], env: { ...process.env, PORT: '0' } })
  const [listening] = (await once(server, 'message')) as [{ port: number }]
  port = listening.port
})

afterAll(async () => {
  server.disconnect()
  await once(server, 'exit')
  await closeAll()
})

/** How many were answered 200. */
async function round(domain: string, numRuns: number, ofSeed: number): Promise<number> {
  let taken = 0
  const left: Attempt[] = fc.sample(plans, { numRuns, seed: ofSeed }).map((plan) => attemptOf(plan, domain, SECRET))
  async function work(): Promise<void> {
    for (let attempt = left.pop(); attempt !== undefined; attempt = left.pop()) {
      const status = await send(port, attempt)
      expect(status ?? 0).toBeLessThan(500)
      if (status === 200) taken += 1
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return taken
}

async function memory(): Promise<number> {
  server.send('measure')
  const [{ heapBytes, externalBytes }] = (await once(server, 'message')) as [MemoryUse]
  return heapBytes + externalBytes
}

it(`memory stays as it is, seed ${seed}`, { timeout: 180_000 }, async () => {
  const { domain } = await installShop()
  await round(domain, WARM_UP, seed)
  const used = [await memory()]
  let taken = 0
  for (let count = 1; count <= ROUNDS; count += 1) {
    taken += await round(domain, IN_ROUND, seed + count)
    used.push(await memory())
  }
  const inMb = used.map((bytes) => (bytes / 1e6).toFixed(2)).join(', ')
  console.log(`In use after ${WARM_UP} broken requests and after each ${IN_ROUND} more: ${inMb} MB`)
  expect(taken).toBeGreaterThan(LEAST_TAKEN)
  expect(used.at(-1)! - used[0]!, inMb).toBeLessThan(MOST_GROWTH_BYTES)
})
