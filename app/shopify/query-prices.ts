/** What queries will cost, from what Shopify asked for them before. Pure. */

/** For a query that was never sent: a first page asks for about as much. */
const FIRST_GUESS = 100
/** The part of a price that does not grow with the page; a bit more does no harm. */
const FIXED_PART = 10

export interface QueryPrices {
  /** Points that the query will ask for. */
  expect(document: string, variables: Record<string, unknown>): { points: number; isGuess: boolean }
  learn(document: string, variables: Record<string, unknown>, requestedCost: number): void
}

/** One list will do for all shops: the price of a query does not depend on the shop. */
export function createQueryPrices(): QueryPrices {
  const known = new Map<string, { size: number; cost: number }>()
  return {
    expect(document, variables) {
      const last = known.get(document)
      if (last === undefined) return { points: FIRST_GUESS, isGuess: true }
      const points = Math.ceil((last.cost * sizeOf(variables)) / last.size)
      return {
        points: sizeOf(variables) < last.size ? Math.min(last.cost, points + FIXED_PART) : points,
        isGuess: false,
      }
    },
    learn(document, variables, cost) {
      known.set(document, { size: sizeOf(variables), cost })
    },
  }
}

/** How many records it asks for: Shopify charges a list by the length of the page, whatever comes back. */
function sizeOf({ first, ids }: Record<string, unknown>): number {
  if (typeof first === 'number') return Math.max(1, first)
  return Array.isArray(ids) ? Math.max(1, ids.length) : 1
}
