import { expect, it } from 'vitest'
import { applyChange } from '../changes/apply-change.ts'
import { twoLines } from '../changes/test-shop.ts'
import { testApi } from './test-api.ts'

const MONEY = '{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }'

function paidBack() {
  const api = testApi()
  const fields = { ...twoLines(), presentmentCurrency: 'EUR' }
  const { id } = applyChange(api.store, { type: 'order.create', fields })
  applyChange(api.store, { type: 'order.refund', id, note: 'Arrived damaged' })
  applyChange(api.store, { type: 'order.refund', id })
  return { ...api, id }
}

it("gives an order's refunds and transactions as lists, in both currencies", () => {
  const { ask, id } = paidBack()
  const { data, errors } = ask(`{ order(id: "gid://shopify/Order/${id}") {
    refunds { id note createdAt totalRefundedSet ${MONEY} }
    transactions { kind status gateway amountSet ${MONEY} test processedAt parentTransaction { kind } }
    transactionsCount { count }
  } }`)
  expect(errors).toBeUndefined()
  const money = (amount: string, presented: string) => ({
    shopMoney: { amount, currencyCode: 'USD' },
    presentmentMoney: { amount: presented, currencyCode: 'EUR' },
  })
  expect(data?.['order']).toMatchObject({
    refunds: [
      { note: 'Arrived damaged', totalRefundedSet: money('27.0', '33.75') },
      { note: null, totalRefundedSet: money('27.0', '33.75') },
    ],
    transactions: [
      { kind: 'SALE', status: 'SUCCESS', gateway: 'bogus', amountSet: money('63.0', '78.75'), parentTransaction: null },
      { kind: 'REFUND', amountSet: money('27.0', '33.75'), parentTransaction: { kind: 'SALE' } },
      { kind: 'REFUND' },
    ],
    transactionsCount: { count: 3 },
  })
})

it('cuts a list to what is asked for, and charges for as much', () => {
  const { ask, id } = paidBack()
  const { data, extensions } = ask(`{ order(id: "gid://shopify/Order/${id}") { refunds(first: 1) { id } } }`)
  expect((data?.['order'] as { refunds: unknown[] }).refunds).toHaveLength(1)
  expect(extensions?.cost.requestedQueryCost).toBe(2)
  expect(ask(`{ orders(first: 2) { nodes { refunds(first: 5) { id } } } }`).extensions?.cost.requestedQueryCost).toBe(
    14,
  )
})

it('finds refunds and transactions by their ids', () => {
  const { ask, store, id } = paidBack()
  const { refunds, transactions } = store.orders.get(id)!
  const gids = [`Refund/${refunds[0]!.id}`, `OrderTransaction/${transactions[0]!.id}`, 'Refund/1'].map(
    (path) => `gid://shopify/${path}`,
  )
  const query =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Refund { note } ... on OrderTransaction { kind } } }'
  expect(ask(query, { ids: gids }).data?.['nodes']).toEqual([
    { id: gids[0], note: 'Arrived damaged' },
    { id: gids[1], kind: 'SALE' },
    null,
  ])
})
