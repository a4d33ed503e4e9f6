import { describe, expect, it } from 'vitest'
import { type Books, countedIn, imbalance, openBooks, readIn, skippedIn } from './books'

const second = { filterPrecision: 'second' } as const
const day = { filterPrecision: 'day' } as const

const books = (some: Partial<Books>): Books => ({ ...openBooks(10), inside: 10, written: 10, ...some })

describe('books balance', () => {
  it('when what Shopify counted was read and each record is accounted for', () => {
    expect(imbalance(books({}), second)).toBeNull()
    expect(
      imbalance(books({ written: 3, unchanged: 5, skipped: { unreadable: 1, 'older than the copy': 1 } }), second),
    ).toBe(null)
    expect(imbalance(openBooks(0), second)).toBeNull()
  })

  it('when records left the window while it was read', () => {
    expect(imbalance(books({ inside: 8, written: 8, saidAfter: 7 }), second)).toBeNull()
    expect(imbalance(books({ inside: 8, written: 8, saidAfter: 8 }), second)).toBeNull()
  })

  it('when a record came twice because it was updated in between', () => {
    expect(imbalance(books({ again: 2, written: 12 }), second)).toBeNull()
  })

  it('when what lies behind the window was read as well', () => {
    expect(imbalance(books({ after: 4, written: 14 }), second)).toBeNull()
  })

  it('where the filter knows only days, when all that was read is what was counted', () => {
    const read = { before: 3, inside: 5, after: 2, written: 7, skipped: { 'outside the window': 3 } }
    expect(imbalance(books(read), day)).toBeNull()
    expect(imbalance(books({ ...read, after: 3, written: 8, saidAfter: 11 }), day)).toBeNull()
  })
})

describe('books of a count that is only a lower bound', () => {
  it('balance when more was read, and not when less was', () => {
    expect(imbalance(books({ exact: false, inside: 25, written: 25, saidAfter: 10 }), second)).toBeNull()
    expect(imbalance(books({ exact: false, inside: 9, written: 9, saidAfter: 10 }), second)).not.toBeNull()
  })
})

describe('books of a run that was resumed', () => {
  const resumed = { inside: 9, after: 3, maybeAgain: 2, written: 12 }

  it('balance whether or not what lies behind the window had been counted before', () => {
    expect(imbalance(books({ ...resumed, saidAfter: 10 }), day)).toBeNull()
    expect(imbalance(books({ ...resumed, saidAfter: 12 }), day)).toBeNull()
  })

  it('do not when even that does not explain the difference', () => {
    expect(imbalance(books({ ...resumed, maybeAgain: 1, saidAfter: 10 }), day)).not.toBeNull()
    expect(imbalance(books({ ...resumed, inside: 6, written: 9, saidAfter: 11 }), day)).not.toBeNull()
  })
})

describe('books do not balance', () => {
  it.each<[string, Partial<Books>]>([
    ['fewer were read than were ever counted', { inside: 9, written: 9 }],
    ['fewer were read than at either count', { inside: 6, written: 6, saidAfter: 7 }],
    ['more were read than were ever counted', { inside: 11, written: 11, saidAfter: 10 }],
    ['what lies behind the window stands in for what is missing in it', { inside: 8, after: 2 }],
    ['a record that came twice stands in for one that did not come', { inside: 9, again: 1 }],
    ['one is not accounted for', { written: 9 }],
    ['one is accounted for twice', { unchanged: 1 }],
  ])('when %s', (_, some) => {
    expect(imbalance(books(some), second)).not.toBeNull()
  })

  it('where the filter knows only days, when fewer were read than counted', () => {
    expect(imbalance(books({ before: 3, inside: 4, after: 2, written: 9 }), day)).not.toBeNull()
  })

  it('and say by how much', () => {
    expect(imbalance(books({ inside: 6, written: 6, saidAfter: 8 }), second)).toBe(
      'Shopify counted 10, then 8 records, but 6 were read',
    )
    expect(imbalance(books({ written: 9 }), second)).toBe('10 records were read, but 9 accounted for')
  })
})

it('the sums of the books are what they say', () => {
  const some = books({ before: 1, inside: 2, after: 3, again: 4, skipped: { unreadable: 5, 'outside the window': 6 } })
  expect(readIn(some)).toBe(10)
  expect(skippedIn(some)).toBe(11)
  expect(countedIn(some, second)).toBe(2)
  expect(countedIn(some, day)).toBe(6)
})
