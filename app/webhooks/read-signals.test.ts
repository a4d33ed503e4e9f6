import { beforeEach, expect, it } from 'vitest'
import { nodeOf } from '../../tests/factories/nodes.ts'
import { resources } from '../resources/registry'
import { SourceError } from '../shopify/source-error'
import type { SourcePort } from '../sync/ports'
import { createReader } from './read-signals'

const { products } = resources
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))
const answered500 = () => new SourceError('retryable', 'Shopify answered 500.')

let requests: number

beforeEach(() => {
  requests = 0
})

/** A Shopify that answers as `fails` has it, and otherwise has every product that is asked for but nobody's. */
function sourceThat(fails: (wanted: readonly string[], request: number) => SourceError | null): SourcePort {
  const unused = () => Promise.reject(new Error('not to be called'))
  return {
    ...{ open: unused, count: unused, page: unused, deletedSince: unused, ids: unused },
    nodes(_resource, wanted) {
      requests += 1
      const error = fails(wanted, requests)
      if (error !== null) return Promise.reject(error)
      const nodes = wanted
        .filter((id) => id.length < 10)
        .map((id) => nodeOf('products', { id, updatedAt: '2026-06-01T00:00:00Z' }))
      return Promise.resolve({ nodes, observedAt: '2026-06-01T00:00:00Z', requestedCost: 1 })
    },
  }
}

async function read(source: SourcePort, wanted: readonly string[]) {
  const answers = await createReader(source, '1')(wanted.map((recordId) => ({ resource: products, recordId })))
  return wanted.map((recordId) => answers({ resource: products, recordId }))
}

const failing =
  (...bad: string[]) =>
  (wanted: readonly string[]) =>
    wanted.some((id) => bad.includes(id)) ? answered500() : null

it.each([1, 2, 9, 250, 600])(
  'of %i records finds the one that Shopify answers with an error, and reads the others',
  async (count) => {
    const bad = String(Math.ceil(count / 2))
    const answers = await read(sourceThat(failing(bad)), ids(count))
    expect(answers.filter(({ answer }) => answer === 'found')).toHaveLength(count - 1)
    expect(answers.filter(({ answer }) => answer !== 'found')).toEqual([
      { answer: 'failed', reason: 'Shopify gives other records and not this one: retryable', isAway: false },
    ])
  },
)

it('finds each of several', async () => {
  const answers = await read(sourceThat(failing('3', '4', '77')), ids(100))
  const failed = answers.flatMap((one, index) => (one.answer === 'failed' ? [[index + 1, one.isAway]] : []))
  expect(failed).toEqual([
    [3, false],
    [4, false],
    [77, false],
  ])
})

it('also one that Shopify refuses for good, which then is not held against the others', async () => {
  const refuses = (wanted: readonly string[]) =>
    wanted.includes('2') ? new SourceError('permanent', 'Shopify refused the query.') : null
  const answers = await read(sourceThat(refuses), ids(3))
  expect(answers.map(({ answer }) => answer)).toEqual(['found', 'failed', 'found'])
})

it('holds it against no record when Shopify answers nothing at all, and asks no more', async () => {
  const answers = await read(sourceThat(answered500), ids(600))
  const away = { answer: 'failed', reason: 'Shopify could not be read: retryable', isAway: true }
  expect(answers).toEqual(Array(600).fill(away))
  expect(requests).toBe(2)
})

it('nor when it goes away in the middle of the search', async () => {
  const source = sourceThat((wanted, request) => (request > 4 ? answered500() : failing('9')(wanted)))
  const answers = await read(source, ids(20))
  expect(answers.filter((one) => one.answer === 'failed' && !one.isAway)).toEqual([])
})

it.each([
  ['throttles', new SourceError('retryable', 'Shopify is throttling requests.', { retryAfterMs: 1000 })],
  ['wants the merchant', new SourceError('needs-reauthorisation', 'no token')],
  ['has frozen the shop', new SourceError('permanent', 'frozen', { pause: 'frozen' })],
])('looks no further when Shopify %s: that is of no record', async (_, error) => {
  const answers = await read(
    sourceThat(() => error),
    ids(20),
  )
  expect(answers.every((one) => one.answer === 'failed' && one.isAway)).toBe(true)
  expect(requests).toBe(1)
})

it('ends the search where many fail, and leaves the rest for another time', async () => {
  const bad = ids(250).filter((id) => Number(id) % 3 === 0)
  const answers = await read(sourceThat(failing(...bad)), ids(250))
  const of = (isAway: boolean) => answers.filter((one) => one.answer === 'failed' && one.isAway === isAway).length
  expect(of(false)).toBeGreaterThan(10)
  expect(of(true)).toBeGreaterThan(100)
  expect(requests).toBeLessThan(120)
})
