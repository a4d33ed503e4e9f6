import type { BulkPlan } from '../contract.ts'

/** The plans that a test made for the operations to come. */
export class BulkPlans {
  /** Asked when no plan is waiting. */
  ask: ((submission: { query: string; n: number }) => BulkPlan | null) | null = null
  readonly #waiting: BulkPlan[] = []
  #submissions = 0

  add(plan: BulkPlan, times: number): void {
    for (let count = 0; count < times; count++) this.#waiting.push(plan)
  }

  /** The plan of the operation that is being submitted. */
  take(query: string): BulkPlan {
    const n = ++this.#submissions
    return this.#waiting.shift() ?? this.ask?.({ query, n }) ?? {}
  }
}
