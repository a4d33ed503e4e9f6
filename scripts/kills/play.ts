/** Kills at random moments under load, and compares after each. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from 'pg'
import { int, pick, type Random, seededRandom } from '../../sandbox/random.ts'
import type { Closers } from '../demo/closers.ts'
import { waitUntil } from '../demo/wait-until.ts'
import { acknowledgedOf, compare } from './compare.ts'
import { isAway, type Postman, startPostman } from './postman.ts'
import { createSender } from './sent.ts'
import { CREDENTIALS, type Stage } from './stage.ts'

export const VICTIMS = ['the app', 'PostgreSQL', 'both'] as const
export type Victim = (typeof VICTIMS)[number]

export interface Kill {
  victim: Victim
  /** Milliseconds between the last recovery and the kill. */
  afterMs: number
  /** Deliveries answered 200 until then. */
  acknowledged: number
  /** Milliseconds from the kill until /healthz was 200. */
  recoveryMs: number
}

export interface Played {
  kills: Kill[]
  sent: number
  acknowledged: number
  statuses: ReadonlyMap<number, number>
  /** A line for each thing that is missing or wrong. */
  losses: string[]
  /** Milliseconds from the last answer 200 until nothing was left to apply. */
  applyingMs: number
}

export interface PlayOptions {
  times: number
  seed: number
  onKill: (kill: Kill) => void
}

/** Each five kills are two of each and one of both at once, in any order. */
const DECK: readonly Victim[] = ['the app', 'the app', 'PostgreSQL', 'PostgreSQL', 'both']
/** The load has got going. */
const LEAST_ACKNOWLEDGED = 20
const LATEST_KILL_MS = 2_000
const LONGEST_GAP_MS = 300
/** Before every third kill so many of a shop come at once: more than are applied before they are answered. */
const BURST = 1_500
const BURST_EACH = 3
const LOADED_WITHIN_MS = 60_000
/**
 * A job whose process was killed is given to another when its heartbeat has been missing for 20 s, which is looked at every
 * 10 s. After many kills it comes again after a growing pause, which the minutely look for what is overdue cuts short.
 */
const APPLIED_WITHIN_MS = 180_000

/** Ends early when something is found to be lost. */
export async function play(stage: Stage, { times, seed, onKill }: PlayOptions, closers: Closers): Promise<Played> {
  const random = seededRandom(seed)
  const ofMail = seededRandom(seed + 1)
  const postman = startPostman(stage.port, createSender(stage.shops, ofMail, CREDENTIALS.apiSecret), ofMail)
  await closers.add(() => postman.stop())
  const kills: Kill[] = []
  const losses: string[] = []
  const deck: Victim[] = []
  while (kills.length < times && losses.length === 0) {
    if (deck.length === 0) deck.push(...shuffled(DECK, random))
    const isInBurst = kills.length % BURST_EACH === 1
    const kill = await killOnce(stage, postman, { victim: deck.pop()!, isInBurst }, random)
    kills.push(kill)
    onKill(kill)
    const acknowledged = acknowledgedOf(postman.sent)
    losses.push(...(await stage.query((client) => compare(client, postman.sent, { acknowledged, isEnd: false }))))
  }
  if (losses.length === 0) await postman.finish()
  await postman.stop()
  const finishedMs = performance.now()
  if (losses.length === 0) {
    await untilApplied(stage)
    const acknowledged = acknowledgedOf(postman.sent)
    losses.push(...(await stage.query((client) => compare(client, postman.sent, { acknowledged, isEnd: true }))))
  }
  const applyingMs = performance.now() - finishedMs
  const { acknowledged, statuses } = postman
  const others = [...statuses.keys()].filter((status) => status !== 200 && !isAway(status))
  for (const status of others) losses.push(`${statuses.get(status)} deliveries were answered ${status}`)
  return { kills, sent: postman.sent.size, acknowledged, statuses, losses, applyingMs }
}

async function killOnce(
  stage: Stage,
  postman: Postman,
  { victim, isInBurst }: { victim: Victim; isInBurst: boolean },
  random: Random,
): Promise<Kill> {
  const healthyMs = performance.now()
  await untilMore(postman, LEAST_ACKNOWLEDGED)
  await delay(int(random, 0, LATEST_KILL_MS))
  if (isInBurst) {
    postman.burst(BURST, pick(random, stage.shops))
    await untilMore(postman, int(random, 1, BURST / 2))
  }
  const gapMs = int(random, 0, LONGEST_GAP_MS)
  const [first, second] = random() < 0.5 ? [stage.killApp, stage.killPostgres] : [stage.killPostgres, stage.killApp]
  const { acknowledged } = postman
  const killedMs = performance.now()
  if (victim === 'both') {
    await first()
    await delay(gapMs)
    await second()
  } else await (victim === 'the app' ? stage.killApp() : stage.killPostgres())
  await stage.recover()
  return { victim, afterMs: killedMs - healthyMs, acknowledged, recoveryMs: performance.now() - killedMs }
}

async function untilMore(postman: Postman, count: number): Promise<void> {
  const before = postman.acknowledged
  await waitUntil({
    for: 'deliveries to be answered 200',
    timeoutMs: LOADED_WITHIN_MS,
    check: async () => (postman.acknowledged >= before + count ? true : undefined),
  })
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value)
}

async function untilApplied(stage: Stage): Promise<void> {
  await stage.query((client) =>
    waitUntil({
      for: 'everything to be applied',
      timeoutMs: APPLIED_WITHIN_MS,
      check: async () => ((await waiting(client)) === 0 ? true : undefined),
      explain: () => howItStands(client),
    }),
  )
}

async function waiting(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from webhook_deliveries where state = 'pending'`,
  )
  return rows[0]!.count
}

async function howItStands(client: Client): Promise<string> {
  const { rows: deliveries } = await client.query(
    `select shop_id, topic, error, attempts, next_attempt_at, count(*)::int from webhook_deliveries
     where state = 'pending' group by 1, 2, 3, 4, 5 limit 20`,
  )
  const { rows: jobs } = await client.query(
    `select state, data, retry_count, start_after, heartbeat_on from pgboss.job where name = 'apply-pending'
     order by created_on desc limit 20`,
  )
  return JSON.stringify({ deliveries, jobs }, null, 2)
}
