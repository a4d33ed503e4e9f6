import { expect, it } from 'vitest'
import { createQueryPrices } from './query-prices'

const PAGE = 'query Page($first: Int!) { …'
const NODES = 'query Nodes($ids: [ID!]!) { …'

it('a query that was never sent has a price that is only guessed', () => {
  expect(createQueryPrices().expect(PAGE, { first: 10 })).toEqual({ points: 100, isGuess: true })
})

it('a longer page is expected to cost more in proportion, and the same page the same', () => {
  const prices = createQueryPrices()
  prices.learn(PAGE, { first: 10 }, 42)
  expect(prices.expect(PAGE, { first: 10 })).toEqual({ points: 42, isGuess: false })
  expect(prices.expect(PAGE, { first: 200 })).toEqual({ points: 840, isGuess: false })
  prices.learn(NODES, { ids: ['1', '2'] }, 18)
  expect(prices.expect(NODES, { ids: ['1', '2', '3', '4'] })).toMatchObject({ points: 36 })
})

it('a shorter page is expected to cost less, or halving a page that is too dear would never help', () => {
  const prices = createQueryPrices()
  prices.learn(PAGE, { first: 200 }, 802)
  expect(prices.expect(PAGE, { first: 100 })).toEqual({ points: 411, isGuess: false })
  expect(prices.expect(PAGE, { first: 199 })).toEqual({ points: 802, isGuess: false })
})

it('what Shopify said last counts, and a query without size has one price', () => {
  const prices = createQueryPrices()
  prices.learn(PAGE, { first: 10 }, 42)
  prices.learn(PAGE, { first: 10 }, 52)
  expect(prices.expect(PAGE, { first: 10 })).toMatchObject({ points: 52 })
  prices.learn('query Count { …', {}, 1)
  expect(prices.expect('query Count { …', {})).toEqual({ points: 1, isGuess: false })
})
