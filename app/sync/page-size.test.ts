import { describe, expect, it } from 'vitest'
import { FIRST_PAGE, nextPageSize } from './page-size'

describe('a page is as large as a query of 1,000 points allows', () => {
  it.each([
    { size: 10, cost: 90, next: 100 },
    { size: 10, cost: 10, next: 250 },
    { size: 100, cost: 990, next: 90 },
    { size: 10, cost: 950, next: 9 },
    { size: 1, cost: 5_000, next: 1 },
    { size: 250, cost: 252, next: 250 },
  ])('$cost points for $size records: $next', ({ size, cost, next }) => {
    expect(nextPageSize(size, cost)).toBe(next)
  })

  it.each([null, 0, -1])('stays as it is when Shopify does not name the price (%s)', (cost) => {
    expect(nextPageSize(37, cost)).toBe(37)
  })

  it('the next page costs no more than a query may, whatever a record costs', () => {
    for (let perRecord = 1; perRecord <= 990; perRecord += 7) {
      const next = nextPageSize(FIRST_PAGE, FIRST_PAGE * perRecord)
      expect(next === 1 || next * perRecord <= 1_000).toBe(true)
    }
  })
})
