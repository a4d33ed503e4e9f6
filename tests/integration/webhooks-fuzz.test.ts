/** Broken bodies and headers, made of Shopify's samples: no 5xx, no crash, and no row changed but what they may change. */
import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startWeb } from '~/web.server'
import { TOPIC_PATHS } from '~/webhooks/topic-paths'
import { emptyBuild } from '../factories/server-build.ts'
import { isRightAnswer, mayStayUnanswered } from '../fuzz/answers.ts'
import {
  type Attempt,
  attemptOf,
  type Plan,
  signedPlans,
  TOPICS_OF_RECORDS,
  TOPICS_OF_SHOPS,
  unsignedPlans,
} from '../fuzz/attempt.ts'
import { fingerprint, fingerprintOfShop } from '../fuzz/fingerprint.ts'
import { send, sendToAction } from '../fuzz/send.ts'
import {
  type Answered,
  type Attacked,
  attackedShop,
  type Deliver,
  expectHeld,
  expectHeldOrErased,
  fullShop,
  update,
} from '../fuzz/stage.ts'
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
/** What is about the whole shop leaves little of it to look at. */
const smallGroupsOf = (plans: fc.Arbitrary<Plan>) => fc.array(plans, { minLength: 2, maxLength: 8 })

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

interface Road {
  deliver: Deliver
  /** Whether no answer is right, too. */
  isSilentAbout: (attempt: Attempt) => boolean
}

const roads: [string, Road][] = [
  ['over a socket', { deliver: (attempt) => send(web.port, attempt), isSilentAbout: mayStayUnanswered }],
  // It is silent only about what is no request.
  ['to the action of the route', { deliver: sendToAction, isSilentAbout: () => true }],
]

/**
 * All at once, but for what erases: it has the shop for itself, and what comes meanwhile waits, or is to come again, by the answer
 * 503. So these go first, one by one.
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
function goodOne(deliver: Deliver): Promise<void> {
  versions += 1
  const updatedAt = new Date(Date.UTC(2026, 0, 1, 0, 0, versions)).toISOString()
  return update(company, 'orders/updated', updatedAt, deliver)
}

describe.each(roads)('%s', (_, { deliver, isSilentAbout }) => {
  /** A line each: the plan says how to make it again. */
  const wrong = (answered: readonly Answered[]) =>
    answered
      .filter(({ attempt, status }) => !(status === null ? isSilentAbout(attempt) : isRightAnswer(attempt, status)))
      .map(({ attempt, status }) => {
        const { headers: _, body: __, ...plan } = attempt
        return `${status}: ${JSON.stringify(plan)}`
      })

  it(`what is not rightly signed is refused and changes nothing, seed ${seed}`, { timeout: TIMEOUT_MS }, async () => {
    const before = await fingerprint()
    await fc.assert(
      fc.asyncProperty(groupsOf(unsignedPlans), async (plans) => {
        const answered = await deliverAll(
          deliver,
          plans.map((plan) => attemptOf(plan, bystander.domain, SECRET)),
        )
        expect(wrong(answered)).toEqual([])
        expect(await fingerprint()).toEqual(before)
      }),
      limits(30),
    )
    await goodOne(deliver)
  })

  /** Of a new shop, beside good ones of another. */
  async function attack(plans: readonly Plan[]): Promise<[Attacked, Answered[]]> {
    const attacked = await attackedShop()
    const attempts = plans.map((plan) => attemptOf(plan, attacked.shop.domain, SECRET))
    const [answered] = await Promise.all([deliverAll(deliver, attempts), goodOne(deliver)])
    expect(wrong(answered)).toEqual([])
    await goodOne(deliver)
    return [attacked, answered]
  }

  it(`what is rightly signed is refused, or stored once, seed ${seed}`, { timeout: TIMEOUT_MS }, async () => {
    const before = await fingerprintOfShop(bystander.id)
    const count = { sent: 0, taken: 0 }
    await fc.assert(
      fc.asyncProperty(groupsOf(signedPlans(TOPICS_OF_RECORDS)), async (plans) => {
        const [attacked, answered] = await attack(plans)
        await expectHeld(attacked, answered)
        count.sent += answered.length
        count.taken += answered.filter(({ status }) => status === 200).length
        expect(await fingerprintOfShop(bystander.id)).toEqual(before)
      }),
      limits(45),
    )
    // About seven of ten are.
    expect(count.taken, `of ${count.sent}`).toBeGreaterThan(count.sent / 2)
  })

  it(
    `what is about the whole shop erases it, or leaves the copy alone, seed ${seed}`,
    { timeout: TIMEOUT_MS },
    async () => {
      const before = await fingerprintOfShop(bystander.id)
      const ends: string[] = []
      await fc.assert(
        fc.asyncProperty(smallGroupsOf(signedPlans(TOPICS_OF_SHOPS)), async (plans) => {
          const [attacked, answered] = await attack(plans)
          ends.push(await expectHeldOrErased(attacked, answered))
          expect(await fingerprintOfShop(bystander.id)).toEqual(before)
        }),
        limits(25),
      )
      expect(ends).toEqual(expect.arrayContaining(['held', 'erased']))
    },
  )
})
