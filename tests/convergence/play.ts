/** Plays one seed: a shop's life and all that goes wrong in it, until it is quiet, and then the judgement. */
import type pg from 'pg'
import { env } from '~/env.server'
import { PULLED_NAMES, type PulledName } from '~/resources/resource'
import type { Fault, FaultRequest, SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, pick, type Random, sample, seededRandom } from '../../sandbox/random.ts'
import { App, type Job } from './app.ts'
import { BulkWeather } from './bulk-weather.ts'
import { Invariants } from './invariants.ts'
import { Jobs } from './jobs.ts'
import { Postman } from './postman.ts'
import { anyDeletion, anyOf, describeChange, editAll, isUnprovable, mostIn } from './shop-changes.ts'
import { Story } from './story.ts'
import { followClock, VirtualClock } from './virtual-clock.ts'
import { drawWeather, type Weather } from './weather.ts'
import { credentials, sandbox, seedChance } from './world.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** By weight: how often the clock jumps how far. */
const JUMPS: readonly (readonly [number, number, number])[] = [
  [8, 100, 2 * SECOND],
  [6, 3 * SECOND, 90 * SECOND],
  [4, 2 * MINUTE, 20 * MINUTE],
  [2, HOUR, 3 * HOUR],
  [1, 20 * HOUR, 30 * HOUR],
]

const FAULTS: readonly Fault[] = ['throttled', 'http429', 'http500', 'http502', 'http503', 'reset', 'lost', 'cut']

export class Play {
  readonly story: Story
  readonly clock: VirtualClock
  readonly weather: Weather
  readonly shop: SandboxShop
  readonly app: App
  readonly postman: Postman
  readonly bulk: BulkWeather
  readonly admin: pg.Client
  /** Of the course of things, of the shop's changes and of the trouble: so that one more fault changes no change. */
  readonly course: Random
  readonly changes: Random
  readonly trouble: Random
  jobs!: Jobs
  invariants!: Invariants
  shopId = ''
  isCalm = true
  #depth = 0
  #isLikelyToDie = false
  /** What happens during a request of the app. */
  #elsewhere: Promise<void> = Promise.resolve()

  constructor(seed: number, admin: pg.Client) {
    const random = (stream: number) => seededRandom(seed * 7_919 + stream)
    this.weather = drawWeather(random(1))
    this.course = random(2)
    this.changes = random(3)
    this.trouble = random(4)
    seedChance(seed)
    this.clock = new VirtualClock(this.weather.startMs, this.weather.appAheadMs)
    this.story = new Story(this.clock)
    this.admin = admin
    followClock(this.clock)
    const { bulkFrom } = this.weather
    Object.assign(env, { BULK_FROM_RECORDS: bulkFrom, BULK_FROM_CHANGES: bulkFrom })
    const { sizes, timezone, currency, indexLagMs } = this.weather
    const domain = `seed-${seed}.myshopify.com`
    const now = () => this.clock.nowMs
    this.shop = sandbox.createShop({ domain, seed, plan: 'enterprise', timezone, currency, now, ...sizes })
    this.shop.webhooks.hold = true
    if (indexLagMs > 0) this.shop.setIndexLag(indexLagMs)
    this.shop.faults = (request) => this.#request(request)
    this.bulk = new BulkWeather(this.shop, random(5), 0, (line) => this.story.tell(line))
    this.app = new App(domain, this.story, admin)
    const accept = this.app.accept.bind(this.app)
    const { story, shop, clock, weather } = this
    this.postman = new Postman({
      shop,
      clock,
      weather,
      story,
      accept,
      random: random(6),
      apiSecret: credentials.apiSecret,
    })
  }

  async install(): Promise<void> {
    this.story.tell(`shop   ${JSON.stringify(this.weather)}`)
    await this.app.open(this.shop)
    const { rows } = await this.admin.query<{ id: string }>('select id from shops where domain = $1', [
      this.shop.domain,
    ])
    this.shopId = rows[0]!.id
    this.jobs = new Jobs(this.app, this.admin, this.shopId, this.story)
    this.invariants = new Invariants(this.admin, this.shopId, this.shop.store)
  }

  /** All kinds of trouble, from now on or no longer. */
  setTrouble(isOn: boolean): void {
    this.isCalm = !isOn
    this.bulk.bad = isOn ? this.weather.badBulk : 0
    if (!isOn) this.bulk.letGoOn()
  }

  async step(): Promise<void> {
    const random = this.course
    const kind = int(random, 1, 100)
    if (kind <= 26) await this.change(int(random, 1, 4))
    else if (kind <= 30) await this.burst()
    else if (kind <= 38) await this.outage()
    else if (kind <= 47) this.jump()
    else if (kind <= 64) await this.post(int(random, 1, 4))
    else if (kind <= 82) for (const name of sample(random, PULLED_NAMES, int(random, 1, 3))) await this.pull(name)
    else if (kind <= 92) await this.work(4)
    else if (kind <= 97) await this.reconcile(pick(random, PULLED_NAMES), chance(random, 0.3))
    else await this.open()
    await this.invariants.check()
  }

  async change(count: number): Promise<void> {
    await this.bulk.settle()
    for (let done = 0; done < count; done++) {
      const change = chance(this.changes, 0.07)
        ? anyDeletion(this.shop, this.changes)
        : this.shop.randomChange(this.changes)
      if (isUnprovable(this.shop, change)) continue
      this.story.tell(`shop   ${describeChange(change, this.shop.apply(change))}`)
    }
    this.postman.collect()
  }

  async burst(resource = anyOf(this.course)): Promise<void> {
    await this.bulk.settle()
    this.postman.isOnStrike = chance(this.trouble, 0.6)
    this.story.tell(`shop   all ${editAll(this.shop, resource, this.changes)} ${resource} are edited`)
    this.postman.collect()
    this.postman.isOnStrike = false
  }

  /** Many edits, and a pull only later than its window looks back by itself: what it misses then, no later one reads. */
  async outage(): Promise<void> {
    const resource = mostIn(this.shop)
    // A first copy that is still to be made would read it all.
    await this.work(Infinity)
    await this.burst(resource)
    this.clock.advance(int(this.course, 6 * MINUTE, 3 * HOUR))
    this.#isLikelyToDie = true
    await this.pull(resource)
    this.#isLikelyToDie = false
    await this.work(Infinity)
    await this.pull(resource)
  }

  jump(): void {
    const total = JUMPS.reduce((sum, [weight]) => sum + weight, 0)
    let left = this.course() * total
    for (const [weight, from, to] of JUMPS) {
      left -= weight
      if (left < 0) return this.clock.advance(int(this.course, from, to))
    }
  }

  async post(groups: number): Promise<void> {
    const isNested = this.#depth > 0
    for (let sent = 0; sent < groups; sent++) {
      if (!isNested) this.#arm(0.4)
      const isAny = await this.postman.deliver()
      if (!isNested) await this.#aftermath()
      if (!isAny) return
    }
  }

  async pull(resource: PulledName, trigger = 'schedule', force = chance(this.course, 0.05)): Promise<void> {
    await this.run({ name: 'sync', payload: { shopId: this.shopId, resource, trigger, force: force && !this.isCalm } })
  }

  async reconcile(resource: PulledName, deep: boolean): Promise<void> {
    await this.run({ name: 'reconcile', payload: { shopId: this.shopId, resource, deep, trigger: 'manual' } })
  }

  /** Does what waits in the queue. False when nothing did. */
  async work(most: number): Promise<boolean> {
    const waiting = await this.jobs.take()
    for (const job of waiting.slice(0, most)) await this.run(job)
    for (const job of waiting.slice(most)) this.jobs.putBack(job)
    return waiting.length > 0
  }

  async open(): Promise<void> {
    this.story.tell('shop   the merchant opens the app')
    const wasCalm = this.isCalm
    this.isCalm = true
    await this.app.open(this.shop)
    this.isCalm = wasCalm
  }

  async run(job: Job): Promise<void> {
    const isNested = this.#depth > 0
    if (!isNested) this.#arm(1)
    await this.jobs.perform(job)
    if (!isNested) await this.#aftermath()
  }

  #arm(share: number): void {
    const { trouble, weather } = this
    if (this.isCalm) return
    const isKill = chance(trouble, this.#isLikelyToDie ? 0.8 : weather.killed * share)
    if (!isKill && !chance(trouble, weather.cut * share)) return
    const what = isKill ? 'process' : 'connection'
    // At the seams of what a pull stores, however many statements it stores it by.
    if (this.#isLikelyToDie) {
      const when = chance(trouble, 0.5) ? 'answer-lost' : 'before'
      return this.app.life.arm({ nth: int(trouble, 1, 4), of: 'commit', when, what })
    }
    const when = chance(trouble, 0.3) ? 'answer-lost' : 'before'
    this.app.life.arm({ nth: this.#drawStatement(), of: 'statement', when, what })
  }

  /** Early ones as often as late ones, however long the run is, and in its middle as often as at its ends. */
  #drawStatement(): number {
    return chance(this.trouble, 0.5) ? Math.ceil(2 ** (this.trouble() * 7.5)) : int(this.trouble, 1, 80)
  }

  /** After a job or a delivery: who died rises, and who was told to stop has stopped. */
  async #aftermath(): Promise<void> {
    const { life, stopping } = this.app
    life.disarm()
    // It may have outlived the request during which it began.
    await this.#elsewhere
    if (life.isOver || stopping.signal.aborted) await this.app.rise()
    else await life.recovered()
    life.isHurt = false
    life.caught = null
  }

  /** At each request of the app, before it is answered. */
  async #request({ kind }: FaultRequest): Promise<Fault | null> {
    const { trouble, weather } = this
    this.clock.advance(int(trouble, 20, 150))
    await this.bulk.settle()
    if (!this.isCalm && this.#depth === 0 && chance(trouble, weather.meanwhile)) {
      await (this.#elsewhere = this.#meanwhile())
    }
    if (this.app.life.isOver) return 'reset'
    if (this.isCalm || !chance(trouble, weather.faulty)) return null
    const fault = this.#drawFault(kind)
    this.story.tell(`fault  ${kind}: ${JSON.stringify(fault)}`)
    return fault
  }

  #drawFault(kind: FaultRequest['kind']): Fault {
    const { trouble } = this
    if (kind === 'token') return pick(trouble, ['refused', 'http500', 'reset', 'lost'] as const)
    if (chance(trouble, 0.1)) return 'unauthorized'
    const fault = pick(trouble, FAULTS)
    // A client that waits in vain for half a minute.
    if (fault === 'reset' && chance(trouble, 0.3)) this.clock.advance(30 * SECOND)
    return fault
  }

  async #meanwhile(): Promise<void> {
    const { trouble } = this
    this.#depth += 1
    this.story.tell('       meanwhile:')
    const kind = int(trouble, 1, 10)
    if (kind <= 4) await this.change(int(trouble, 1, 3))
    else if (kind <= 7) await this.post(int(trouble, 1, 2))
    else if (kind === 8) await this.pull(pick(trouble, PULLED_NAMES))
    else if (kind === 9) this.clock.advance(int(trouble, SECOND, 3 * MINUTE))
    else if (chance(trouble, 0.5)) this.app.stopping.abort()
    else this.app.life.kill()
    this.#depth -= 1
  }
}
