import { describe, expect, it } from 'vitest'
import { diagnose, endOfVersion, explain, FINDING_CODES } from './doctor'

const sound = {
  grantedScopes: ['read_orders', 'read_all_orders', 'read_products'],
  neededScopes: ['read_orders', 'read_products'],
  hasOlderOrders: false,
  emptyColumns: [],
  apiVersion: '2026-10',
  now: new Date('2026-11-24T00:00:00Z'),
}

const codes = (given: Partial<typeof sound> = {}) => diagnose({ ...sound, ...given }).map(({ code }) => code)

describe('the permission doctor', () => {
  it('finds nothing with a shop that has granted everything', () => {
    expect(diagnose(sound)).toEqual([])
  })

  it('names scopes that are needed and not granted; who may write may read', () => {
    const grantedScopes = ['write_orders', 'read_all_orders']
    expect(diagnose({ ...sound, grantedScopes })).toEqual([
      { code: 'missing-scopes', detail: { items: ['read_products'] } },
    ])
  })

  it('does not call a shop broken that has not granted what only spares work', () => {
    expect(codes({ neededScopes: ['read_orders', 'read_customer_merge'] })).toEqual([])
  })

  it('finds the sixty days where all orders are not granted, unless older ones are there', () => {
    const grantedScopes = ['read_orders', 'read_products']
    expect(codes({ grantedScopes })).toEqual(['sixty-day-window'])
    expect(codes({ grantedScopes, hasOlderOrders: true })).toEqual([])
    expect(codes({ grantedScopes: ['read_products'], neededScopes: ['read_products'] })).toEqual([])
  })

  it('says nothing of scopes that are not known', () => {
    expect(diagnose({ ...sound, grantedScopes: null })).toEqual([])
  })

  it('warns two months before the version of the API ends', () => {
    expect(endOfVersion('2026-10')).toEqual(new Date('2027-10-01T00:00:00Z'))
    expect(endOfVersion('unstable')).toBeNull()
    expect(codes({ now: new Date('2027-07-30T00:00:00Z') })).toEqual([])
    expect(codes({ now: new Date('2027-08-10T00:00:00Z') })).toEqual(['api-version-ending'])
  })

  it.each(FINDING_CODES)('explains %s with its consequence and its cure', (code) => {
    const { title, consequence, cure } = explain(code, ['one', 'two'])
    for (const text of [title, consequence, cure]) expect(text.length).toBeGreaterThan(10)
  })
})
