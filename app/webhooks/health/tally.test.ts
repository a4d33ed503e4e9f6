import { expect, it } from 'vitest'
import { type Cell, createTally } from './tally'

const cell = (given: Partial<Cell>): Cell => ({
  shopId: '1',
  topic: 'orders/updated',
  transit: 0,
  apply: 0,
  received: 1,
  applied: 1,
  stale: 0,
  ignored: 0,
  pending: 0,
  dead: 0,
  repeats: 0,
  lastReceivedAt: '2031-05-20T12:00:00.000000Z',
  ...given,
})

it('adds what is of one shop and topic, in whichever parts it comes', () => {
  const cells = [
    cell({ received: 3, applied: 1, stale: 1, ignored: 1, pending: 1, dead: 0, repeats: 5, transit: 2, apply: null }),
    cell({ received: 4, applied: 4, stale: 2, repeats: 1, transit: 0, apply: 3 }),
    cell({
      received: 2,
      applied: 0,
      dead: 2,
      transit: null,
      apply: null,
      lastReceivedAt: '2031-05-20T12:00:00.000001Z',
    }),
  ]
  const expected = {
    shopId: '1',
    topic: 'orders/updated',
    received: 9,
    applied: 5,
    stale: 3,
    ignored: 1,
    pending: 1,
    dead: 2,
    repeats: 6,
    transitMs: [4, 0, 3],
    applyMs: [0, 0, 0, 4],
    lastReceivedAt: '2031-05-20T12:00:00.000001Z',
  }
  const together = createTally()
  together.add(cells)
  const apart = createTally()
  for (const one of [...cells].reverse()) apart.add([one])
  expect(together.all()).toEqual([expected])
  expect(apart.all()).toEqual([expected])
})

it('keeps shops and topics apart', () => {
  const tally = createTally()
  tally.add([cell({}), cell({ shopId: '2' }), cell({ topic: 'carts/update' }), cell({})])
  expect(tally.all().map(({ shopId, topic, received }) => [shopId, topic, received])).toEqual([
    ['1', 'orders/updated', 2],
    ['2', 'orders/updated', 1],
    ['1', 'carts/update', 1],
  ])
})

it('has no histogram of what was not measured', () => {
  const tally = createTally()
  tally.add([cell({ transit: null, apply: null })])
  expect(tally.all()).toMatchObject([{ transitMs: [], applyMs: [] }])
})
