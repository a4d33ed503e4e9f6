/** One seed from its beginning to the judgement. */
import type pg from 'pg'
import { PULLED_NAMES } from '~/resources/resource'
import { chance, int } from '../../sandbox/random.ts'
import { checkBooks, checkEnds } from './books.ts'
import { compareCopy, expectNoDrift } from './judge.ts'
import { Play } from './play.ts'
import { Divergence } from './story.ts'
import { followClock } from './virtual-clock.ts'

export interface Played {
  seed: number
  /** What is wrong, or null. */
  divergence: string | null
  story: string[]
  ms: number
  requests: number
}

const MOST_ROUNDS = 40

export async function playSeed(seed: number, admin: pg.Client): Promise<Played> {
  const startedMs = performance.now()
  const play = new Play(seed, admin)
  let divergence: string | null = null
  try {
    await play.install()
    play.setTrouble(true)
    for (let step = 0; step < play.weather.steps; step++) await play.step()
    play.setTrouble(false)
    await settle(play)
    await judge(play)
  } catch (error) {
    divergence = error instanceof Divergence ? error.message : `the kit broke: ${(error as Error).stack}`
  } finally {
    await play.app.end()
    followClock(null)
  }
  const { story, shop } = play
  return { seed, divergence, story: story.lines, ms: performance.now() - startedMs, requests: shop.requests }
}

/** Nothing changes any more. What is on its way arrives, what waits is done, and each resource is pulled. */
async function settle(play: Play): Promise<void> {
  const { clock, course, weather, story } = play
  story.tell('quiet  nothing changes any more')
  clock.advance(weather.indexLagMs + int(course, 1_000, 5_000))
  await play.open()
  if (chance(course, 0.5)) await pullAll(play)
  if (chance(course, 0.5)) clock.advance(int(course, 60_000, 86_400_000))
  play.postman.release()
  while (play.postman.waiting > 0) {
    if (!(await play.postman.deliver())) clock.advance(60_000)
    await play.invariants.check()
  }
  if (chance(course, 0.3)) clock.advance(int(course, 60_000, 86_400_000))
  await finishJobs(play)
  await pullAll(play)
  await finishJobs(play)
}

async function pullAll(play: Play): Promise<void> {
  for (const name of PULLED_NAMES) await play.pull(name, 'manual')
}

async function finishJobs(play: Play): Promise<void> {
  for (let round = 0; await play.work(Infinity); round++) {
    if (round === MOST_ROUNDS) throw new Divergence('the jobs do not come to an end')
    play.clock.advance(15_000)
    await play.invariants.check()
  }
}

async function judge(play: Play): Promise<void> {
  const { admin, shop, shopId, course } = play
  const { untold } = play.postman
  await play.invariants.check()
  await compareCopy(admin, shop.store, untold, 'After the last pull')
  await reconcileAll(play, chance(course, 0.2))
  await expectNoDrift(admin, shopId, 'The reconciliation')
  await reconcileAll(play, true)
  await expectNoDrift(admin, shopId, 'The second reconciliation')
  await compareCopy(admin, shop.store, untold, 'In the end')
  await checkBooks(admin, shopId)
  await checkEnds(admin, shopId)
}

async function reconcileAll(play: Play, deep: boolean): Promise<void> {
  for (const name of PULLED_NAMES) await play.reconcile(name, deep)
  await finishJobs(play)
}
