/** Broken bodies and headers, made of Shopify's samples: no 5xx, no crash, and no row changed but what they may change. */
import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWeb } from '~/web.server'
import { action } from '~/webhooks/action.server'
import { TOPIC_PATHS } from '~/webhooks/topic-paths'
import { emptyBuild } from '../factories/server-build.ts'
import { type Attempt, attemptOf, type Plan, signedPlans, unsignedPlans } from '../fuzz/attempt.ts'
import { fingerprint, fingerprintOfShop } from '../fuzz/fingerprint.ts'
import { requestOf, send } from '../fuzz/send.ts'
import { type Answered, attackedShop, expectHeld, fullShop, update } from '../fuzz/stage.ts'
import { closeAll, installShop, type TestShop } from './webhooks-shop.ts'

// Before the settings are read: any free port.
vi.hoisted(() => {
  process.env['PORT'] = '0'
})

const SECRET = process.env['SHOPIFY_API_SECRET'] ?? ''
/** FUZZ_SEED plays one again. */
const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31))
/** `timeout`: of one group. A slow machine sees fewer of them. */
const limits = (numRuns: number) => ({
  ...{ seed, numRuns, timeout: 15_000 },
  ...{ interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
})
const TIMEOUT_MS = 180_000
/** Sent at once, so that they meet in one batch. */
const groupsOf = (plans: fc.Arbitrary<Plan>) => fc.array(plans, { minLength: 10, maxLength: 25 })

let web: Awaited<ReturnType<typeof startWeb>>
let bystander: TestShop
let company: TestShop
let versions = 0

beforeAll(async () => {
  web = await startWeb({ build: emptyBuild, mode: 'production' })
  bystander = await fullShop()
  company = await installShop()
})

afterAll(async () => {
  await web.stop()
  await closeAll()
})

type Deliver = (attempt: Attempt) => Promise<number | null>

const roads: [string, Deliver][] = [
  ['over a socket', (attempt) => send(web.port, attempt)],
  [
    'to the action of the route',
    async (attempt) => {
      const request = requestOf(attempt)
      return request && (await action({ request, params: {}, context: {} })).status
    },
  ],
]

/**
 * All at once, but for what erases: it has the shop for itself, and what comes meanwhile is to come again, by the answer 503.
 * So these go first, one by one.
 */
async function deliverAll(deliver: Deliver, attempts: readonly Attempt[]): Promise<Answered[]> {
  const answered: Answered[] = []
  const one = async (attempt: Attempt) => answered.push({ attempt, status: await deliver(attempt) })
  const isAlone = ({ path }: Attempt) => path === TOPIC_PATHS['shop/redact']
  for (const attempt of attempts.filter(isAlone)) await one(attempt)
  await Promise.all(attempts.filter((attempt) => !isAlone(attempt)).map(one))
  return answered
}

/** A good delivery of another shop, meanwhile and afterwards. */
function goodOne(): Promise<void> {
  versions += 1
  return update(company, 'orders/updated', new Date(Date.UTC(2026, 0, 1, 0, 0, versions)).toISOString())
}

/** A line each: the plan says how to make it again. */
const wrong = (answered: readonly Answered[], isRight: (status: number | null) => boolean) =>
  answered
    .filter(({ status }) => !isRight(status))
    .map(({ attempt, status }) => {
      const { headers: _, body: __, ...plan } = attempt
      return `${status}: ${JSON.stringify(plan)}`
    })

const isRefusal = (status: number | null) => status === null || (status >= 400 && status < 500)

describe.each(roads)('%s', (_, deliver) => {
  it(`what is not rightly signed is refused and changes nothing, seed ${seed}`, { timeout: TIMEOUT_MS }, async () => {
    const before = await fingerprint()
    await fc.assert(
      fc.asyncProperty(groupsOf(unsignedPlans), async (plans) => {
        const answered = await deliverAll(
          deliver,
          plans.map((plan) => attemptOf(plan, bystander.domain, SECRET)),
        )
        expect(wrong(answered, isRefusal)).toEqual([])
        expect(await fingerprint()).toEqual(before)
      }),
      limits(30),
    )
    await goodOne()
  })

  it(`what is rightly signed is refused, or stored once, seed ${seed}`, { timeout: TIMEOUT_MS }, async () => {
    const before = await fingerprintOfShop(bystander.id)
    await fc.assert(
      fc.asyncProperty(groupsOf(signedPlans), async (plans) => {
        const attacked = await attackedShop()
        const attempts = plans.map((plan) => attemptOf(plan, attacked.shop.domain, SECRET))
        const [answered] = await Promise.all([deliverAll(deliver, attempts), goodOne()])
        expect(wrong(answered, (status) => status === 200 || isRefusal(status))).toEqual([])
        await expectHeld(attacked, answered)
        await goodOne()
        expect(await fingerprintOfShop(bystander.id)).toEqual(before)
      }),
      limits(60),
    )
  })
})
