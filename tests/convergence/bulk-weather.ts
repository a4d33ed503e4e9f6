/** What becomes of the shop's bulk operations. */
import type { BulkFilePlan, BulkPlan, SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, pick, type Random } from '../../sandbox/random.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

export class BulkWeather {
  readonly #shop: SandboxShop
  readonly #random: Random
  readonly #tell: (line: string) => void
  /** Share of operations that something is wrong with. */
  bad: number
  /** Requests until what stays is let go on. */
  #patience = 0

  constructor(shop: SandboxShop, random: Random, bad: number, tell: (line: string) => void) {
    this.#shop = shop
    this.#random = random
    this.bad = bad
    this.#tell = tell
    shop.bulk.plan = () => this.#plan()
  }

  /** Called at each request: operations run to where they stay or end, so that it does not matter how fast the machine is. */
  async settle(): Promise<void> {
    if (this.#patience > 0 && --this.#patience === 0) this.#shop.bulk.release()
    for (let turn = 0; this.#isUnderWay() && turn < 50; turn++) await nextTurn()
  }

  letGoOn(): void {
    this.#patience = 0
    this.#shop.bulk.release()
  }

  #isUnderWay(): boolean {
    return this.#shop.bulk.operations.some(({ status }) => ['CREATED', 'RUNNING', 'CANCELING'].includes(status))
  }

  #plan(): BulkPlan | null {
    const random = this.#random
    if (!chance(random, this.bad)) return chance(random, 0.5) ? { scatterSeed: int(random, 1, 1e6) } : null
    const plan = this.#badPlan()
    this.#tell(`bulk   ${JSON.stringify(plan)}`)
    if (plan.stay !== undefined) this.#patience = int(random, 1, 8)
    return plan
  }

  #badPlan(): BulkPlan {
    const random = this.#random
    const scatterSeed = int(random, 1, 1e6)
    const file = (plan: BulkFilePlan): BulkPlan => ({ scatterSeed, file: { ...plan, times: int(random, 1, 4) } })
    switch (int(random, 1, 11)) {
      case 1:
        return { refuse: pick(random, ['LIMIT_REACHED', 'OPERATION_IN_PROGRESS'] as const) }
      case 2:
        return { stay: pick(random, ['CREATED', 'RUNNING'] as const), scatterSeed }
      case 3:
        return { end: 'FAILED' }
      case 4:
        return { end: 'FAILED', partialLines: int(random, 1, 10) }
      case 5:
        return { end: 'CANCELED' }
      case 6:
        return { end: 'EXPIRED' }
      case 7:
        return { objectCount: int(random, 0, 60) }
      case 8:
        return file({ cutAfterBytes: int(random, 0, 3_000) })
      case 9:
        return file({ missingLines: int(random, 1, 5) })
      case 10:
        return file({ status: pick(random, [403, 404] as const) })
      default:
        return { announce: false, scatterSeed, stay: 'RUNNING' }
    }
  }
}
