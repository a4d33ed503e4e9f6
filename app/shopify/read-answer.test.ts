import { describe, expect, it } from 'vitest'
import { readAnswer } from './read-answer'

const cost = {
  requestedQueryCost: 120,
  actualQueryCost: 80,
  throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1880, restoreRate: 100 },
}

const answer = (body: unknown, status = 200, retryAfter: string | null = null) =>
  readAnswer(status, retryAfter, typeof body === 'string' ? body : JSON.stringify(body))

const refusal = (code: string, more: object = {}) => ({ errors: [{ message: 'No.', extensions: { code } }], ...more })

describe('an answer with data', () => {
  it('gives the data, the price and the state of the bucket', () => {
    expect(answer({ data: { shop: { id: '1' } }, extensions: { cost } })).toEqual({
      data: { shop: { id: '1' } },
      error: null,
      requestedCost: 120,
      actualCost: 80,
      withheld: [],
      throttleStatus: cost.throttleStatus,
    })
  })

  it.each<[string, object]>([
    ['no extensions', {}],
    ['extensions that are null', { extensions: null }],
    ['no cost', { extensions: {} }],
    ['a cost that is null', { extensions: { cost: null } }],
    ['nulls within its cost', { extensions: { cost: { requestedQueryCost: null, throttleStatus: null } } }],
    ['errors that are null', { errors: null }],
    ['an empty list of errors', { errors: [] }],
  ])('and %s is data all the same', (_, more) => {
    expect(answer({ data: { ok: true }, ...more })).toMatchObject({
      data: { ok: true },
      error: null,
      requestedCost: null,
      throttleStatus: null,
    })
  })

  it('in which Shopify withholds fields of records names them', () => {
    const data = {
      page: {
        nodes: [
          { id: '1', firstName: null },
          { id: '2', firstName: null },
        ],
      },
    }
    const denied = (index: number) => ({
      message: 'No.',
      extensions: { code: 'ACCESS_DENIED' },
      path: ['page', 'nodes', index, 'firstName'],
    })
    expect(answer({ data, errors: [denied(0), denied(1)] })).toMatchObject({
      data,
      error: null,
      withheld: ['page.nodes.firstName'],
    })
  })

  it.each([
    ['a whole list', { page: null }, ['page']],
    ['a whole record', { page: { nodes: [null] } }, ['page', 'nodes', 0]],
    ['a field that took its record with it', { page: { nodes: [null] } }, ['page', 'nodes', 0, 'id']],
    ['something without saying what', { page: { nodes: [{ id: '1' }] } }, null],
  ])('in which Shopify withholds %s is not to be trusted', (_, data, path) => {
    const errors = [{ message: 'No.', extensions: { code: 'ACCESS_DENIED' }, path }]
    expect(answer({ data, errors }).error).toMatchObject({ kind: 'permanent' })
  })

  it('in which a field failed for another reason is not to be trusted', () => {
    const data = { page: { nodes: [{ id: '1', email: null }] } }
    const errors = [
      { message: 'No.', extensions: { code: 'INTERNAL_SERVER_ERROR' }, path: ['page', 'nodes', 0, 'email'] },
    ]
    expect(answer({ data, errors }).error).toMatchObject({ kind: 'retryable' })
  })

  it('and errors is no data: what is missing in it would be stored as empty', () => {
    const partial = { data: { orders: null }, ...refusal('ACCESS_DENIED') }
    expect(answer(partial).error).toMatchObject({ kind: 'permanent' })
  })
})

describe('statuses of HTTP', () => {
  it.each([
    [400, 'permanent'],
    [401, 'needs-reauthorisation'],
    [402, 'permanent'],
    [403, 'permanent'],
    [404, 'permanent'],
    [408, 'retryable'],
    [423, 'permanent'],
    [429, 'retryable'],
    [430, 'permanent'],
    [500, 'retryable'],
    [502, 'retryable'],
    [503, 'retryable'],
    [504, 'retryable'],
  ])('%i is %s, whatever the body is', (status, kind) => {
    for (const body of ['<html>busy</html>', '', '{"errors":"Not Found"}']) {
      expect(answer(body, status).error).toMatchObject({ kind })
    }
  })

  it.each([
    [429, '2.0', 2_000],
    [429, '3600', 60_000],
    [503, '1', 1_000],
    [503, null, null],
    [503, 'Sun, 22 Nov 2026 10:00:00 GMT', null],
    [423, '5', null],
    [402, '5', null],
  ])('%i with Retry-After %s asks for %s ms', (status, retryAfter, ms) => {
    expect(answer('', status, retryAfter).error?.retryAfterMs).toBe(ms)
  })

  it.each([
    [401, /Open Lockstep in the Shopify admin/],
    [402, /plan is paid/],
    [423, /locked/],
  ])('%i tells the merchant what to do', (status, words) => {
    expect(answer('', status).error?.message).toMatch(words)
  })

  it('never repeat the body, which may hold anything', () => {
    for (const status of [200, 400, 401, 429, 500]) {
      expect(answer('jon@example.com <html>', status).error?.message).not.toContain('jon')
    }
  })
})

describe('errors of GraphQL', () => {
  it('THROTTLED is waited for until the bucket holds what the query asks for', () => {
    const empty = { maximumAvailable: 2000, currentlyAvailable: 20, restoreRate: 50 }
    const { error, throttleStatus } = answer(
      refusal('THROTTLED', { extensions: { cost: { requestedQueryCost: 120, throttleStatus: empty } } }),
    )
    expect(error).toMatchObject({ kind: 'retryable', retryAfterMs: 2_000 })
    expect(throttleStatus).toEqual(empty)
  })

  it('THROTTLED without figures is waited for a second', () => {
    expect(answer(refusal('THROTTLED')).error).toMatchObject({ kind: 'retryable', retryAfterMs: 1_000 })
  })

  it('THROTTLED for more than the bucket can ever hold is too dear, not waited for', () => {
    const small = { maximumAvailable: 100, currentlyAvailable: 100, restoreRate: 50 }
    const throttled = refusal('THROTTLED', { extensions: { cost: { requestedQueryCost: 120, throttleStatus: small } } })
    expect(answer(throttled).error).toMatchObject({ kind: 'too-dear' })
  })

  it.each([
    ['MAX_COST_EXCEEDED', 'too-dear'],
    ['ACCESS_DENIED', 'permanent'],
    ['SHOP_INACTIVE', 'permanent'],
    ['INTERNAL_SERVER_ERROR', 'retryable'],
    ['undefinedField', 'permanent'],
  ])('%s is %s', (code, kind) => {
    expect(answer(refusal(code)).error).toMatchObject({ kind })
    expect(answer({ data: null, ...refusal(code) }).error).toMatchObject({ kind })
  })

  it('without a code are permanent: the same query would be refused again', () => {
    expect(answer({ errors: [{ message: 'syntax error' }] }).error).toMatchObject({ kind: 'permanent' })
    expect(answer({ errors: [{ message: 'syntax error', extensions: null }] }).error).toMatchObject({
      kind: 'permanent',
    })
  })
})

describe('an answer that is none', () => {
  it.each([
    ['not JSON', '<html>Just a moment…</html>'],
    ['cut off', '{"data":{"orders"'],
    ['empty', ''],
    ['a list', '[]'],
    ['a word', '"ok"'],
    ['an object without data', '{}'],
    ['null for data', '{"data":null}'],
    ['a sentence for errors', '{"errors":"Internal"}'],
    ['a bucket that never fills', '{"data":{},"extensions":{"cost":{"throttleStatus":{"restoreRate":0}}}}'],
  ])('%s may be another the next time', (_, text) => {
    expect(answer(text).error).toMatchObject({ kind: 'retryable' })
  })
})
