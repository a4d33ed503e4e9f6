/** Carries the shop's webhooks to the app: late, twice, in another order, in an older body, or not at all. */
import type { Delivery, SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, pick, type Random } from '../../sandbox/random.ts'
import { withBody } from '../../sandbox/webhooks/build-delivery.ts'
import { EarlierBodies } from '../../sandbox/webhooks/earlier-bodies.ts'
import type { Story } from './story.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { Weather } from './weather.ts'

interface Letter {
  delivery: Delivery
  dueMs: number
  attempts: number
}

const MOST_TOGETHER = 6
/** Shopify's: eight more, in four hours. */
const MOST_ATTEMPTS = 9
const RETRY_MS = 60_000
const HELD_MS = [20_000, 3 * 60_000, 10 * 60_000, 3_600_000, 86_400_000]

export interface PostmanDeps {
  shop: SandboxShop
  clock: VirtualClock
  random: Random
  weather: Weather
  story: Story
  apiSecret: string
  /** The app's answers, in order; null where there was none. */
  accept(deliveries: readonly Delivery[]): Promise<(number | null)[]>
}

export class Postman {
  readonly #deps: PostmanDeps
  readonly #earlier = new EarlierBodies()
  #letters: Letter[] = []
  /** Tokens of carts and checkouts of which the app was not told all: Shopify does not list them, so nothing makes up for it. */
  readonly untold = new Set<string>()
  /** Drops everything that is announced from now on. */
  isOnStrike = false

  constructor(deps: PostmanDeps) {
    this.#deps = deps
  }

  get waiting(): number {
    return this.#letters.length
  }

  /** Takes what the shop has announced since, and decides what becomes of it. */
  collect(): void {
    for (const delivery of this.#deps.shop.webhooks.held.splice(0)) this.#take(delivery)
  }

  /** One group of what is due. False when nothing is. */
  async deliver(): Promise<boolean> {
    const { clock, random, story, accept } = this.#deps
    const due = this.#letters.filter(({ dueMs }) => dueMs <= clock.nowMs)
    const group = shuffled(random, due).slice(0, int(random, 1, MOST_TOGETHER))
    if (group.length === 0) return false
    this.#letters = this.#letters.filter((letter) => !group.includes(letter))
    const answers = await accept(group.map(({ delivery }) => delivery))
    group.forEach((letter, index) => {
      const status = answers[index] ?? null
      story.tell(`post   ${nameOf(letter.delivery)}: ${status ?? 'no answer'}`)
      if (status === 200) return
      letter.attempts += 1
      if (letter.attempts === MOST_ATTEMPTS) return this.#lose(letter.delivery, 'given up')
      this.#letters.push({ ...letter, dueMs: clock.nowMs + RETRY_MS * letter.attempts })
    })
    return true
  }

  /** Whatever was held is due now. */
  release(): void {
    for (const letter of this.#letters) letter.dueMs = Math.min(letter.dueMs, this.#deps.clock.nowMs)
  }

  #take(delivery: Delivery): void {
    const { random, weather } = this.#deps
    const earlier = this.#earlier.note(delivery)
    if (this.isOnStrike || chance(random, weather.dropped)) return this.#lose(delivery, 'lost')
    const isStale = earlier !== null && chance(random, weather.stale)
    if (isStale) this.#lose(delivery, 'in an older body')
    const sent = isStale ? withBody(this.#deps.apiSecret, delivery, earlier) : delivery
    this.#add(sent)
    if (chance(random, weather.repeated)) this.#add(sent)
  }

  #lose(delivery: Delivery, how: string): void {
    this.#deps.story.tell(`post   ${nameOf(delivery)}: ${how}`)
    const token = /"token":"(\w+)"/.exec(delivery.body)?.[1]
    if (token !== undefined) this.untold.add(token)
  }

  #add(delivery: Delivery): void {
    const { clock, random, weather } = this.#deps
    const isHeld = chance(random, weather.held)
    const delayMs = isHeld ? Math.floor(random() * pick(random, HELD_MS)) : int(random, 0, 3_000)
    this.#letters.push({ delivery, dueMs: clock.nowMs + delayMs, attempts: 0 })
  }
}

/** The topic and the record's id, or what there is of one. */
function nameOf({ topic, body }: Delivery): string {
  const id = /"(?:admin_graphql_api_id":"gid:\/\/shopify\/\w+\/|token":"|id":"?)(\w+)/.exec(body)?.[1] ?? '?'
  return `${topic} ${id.slice(-6)}`
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
