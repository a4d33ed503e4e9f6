import { describe, expect, it } from 'vitest'
import { openBooks } from './books'
import { settle, takePage } from './take-page'
import type { Window } from './window'

const window: Window = {
  mode: 'incremental',
  by: 'updated_at',
  from: '2026-11-22T10:00:00.000Z',
  to: '2026-11-22T11:00:00.000Z',
}

const createdAt = '2026-01-05T08:00:00Z'

const before = { id: 'gid://shopify/Order/1', createdAt, updatedAt: '2026-11-22T09:59:59Z' }
const first = { id: 'gid://shopify/Order/2', createdAt, updatedAt: '2026-11-22T10:00:00Z' }
const last = { id: 'gid://shopify/Order/3', createdAt, updatedAt: '2026-11-22T10:59:59Z' }
const after = { id: 'gid://shopify/Order/4', createdAt, updatedAt: '2026-11-22T11:00:00Z' }

describe('a page', () => {
  it("is sorted by the window's bounds, whatever the API's filter let through", () => {
    const taken = takePage({ nodes: [before, first, last, after] }, window, new Set())
    expect(taken).toMatchObject({ before: 1, inside: 2, after: 1, again: 0, nodesBefore: 1 })
  })

  it('gives the copy what lies in the window and behind it, because what is newer is never refused', () => {
    const { nodes } = takePage({ nodes: [before, first, last, after] }, window, new Set())
    expect(nodes).toEqual([first, last, after])
  })

  it('counts a record once, though its newer version is taken as well', () => {
    const seen = new Set<string>()
    takePage({ nodes: [first] }, window, seen)
    const taken = takePage({ nodes: [{ ...first, updatedAt: after.updatedAt }] }, window, seen)
    expect(taken).toMatchObject({ inside: 0, after: 0, again: 1 })
    expect(taken.nodes).toHaveLength(1)
  })

  it('of a window of creation is sorted by when its records were created', () => {
    const created: Window = { ...window, by: 'created_at', from: '2026-01-05T08:00:00.000Z' }
    const early = { ...first, id: 'gid://shopify/Order/5', createdAt: '2026-01-05T07:59:59Z' }
    const taken = takePage({ nodes: [early, before, after] }, created, new Set())
    expect(taken).toMatchObject({ before: 1, inside: 2, after: 0, nodes: [before, after] })
  })

  it('without nodes is nothing', () => {
    expect(takePage({ nodes: [] }, window, new Set())).toMatchObject({ nodes: [], before: 0, inside: 0, after: 0 })
  })
})

it('the books with a page in them account for each of its records, with the reason where one was skipped', () => {
  const taken = takePage({ nodes: [before, first, last, after] }, window, new Set())
  const ingested = { written: ['2'], unchanged: ['3'], stale: ['4'], deleted: [], setAside: [] }
  const once = settle(openBooks(2), taken, ingested, false)
  expect(once).toMatchObject({ before: 1, inside: 2, after: 1, again: 0, written: 1, unchanged: 1 })
  expect(once.skipped).toEqual({ 'outside the window': 1, 'older than the copy': 1 })
  const twice = settle(once, taken, { ...ingested, written: [], setAside: ['2'] }, true)
  expect([once.maybeAgain, twice.maybeAgain]).toEqual([0, 1])
  expect(twice.skipped).toEqual({ 'outside the window': 2, 'older than the copy': 2, unreadable: 1 })
})
