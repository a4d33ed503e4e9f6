import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import { countFilter, listFilter, placeIn, settledPart, type Window, windowFor, windowOfRange } from './window'

const { orders, customers } = resources
const place = (window: Window, updatedAt: string) =>
  placeIn(window, { id: '1', createdAt: '2020-01-01T00:00:00Z', updatedAt })
const watermark = new Date('2026-11-22T10:00:00Z')

describe('a window', () => {
  it('has no beginning before the first copy', () => {
    expect(windowFor(orders, null, '2026-11-22T10:00:00.750Z', false)).toEqual({
      mode: 'backfill',
      by: 'updated_at',
      from: null,
      to: '2026-11-22T10:00:00.000Z',
    })
  })

  it("reaches back behind the watermark by the resource's lookback", () => {
    const window = windowFor({ ...orders, lookbackMinutes: 7 }, watermark, '2026-11-22T10:15:00Z', false)
    expect(window).toEqual({
      mode: 'incremental',
      by: 'updated_at',
      from: '2026-11-22T09:53:00.000Z',
      to: '2026-11-22T10:15:00.000Z',
    })
  })

  it('has no beginning either when everything is to be read again', () => {
    expect(windowFor(orders, watermark, '2026-11-22T10:15:00Z', true)).toMatchObject({ mode: 'backfill', from: null })
  })

  it('ends at the start of the run, without the second that is going on', () => {
    const { to } = windowFor(orders, watermark, '2026-11-22T10:15:00.999999Z', false)
    expect(to).toBe('2026-11-22T10:15:00.000Z')
  })

  it('is half open: what was updated at its beginning belongs to it, what was updated at its end does not', () => {
    const window = windowFor({ ...orders, lookbackMinutes: 5 }, watermark, '2026-11-22T10:15:00Z', false)
    expect(place(window, '2026-11-22T09:54:59Z')).toBe('before')
    expect(place(window, '2026-11-22T09:55:00Z')).not.toBe('before')
    expect(place(window, '2026-11-22T10:14:59Z')).not.toBe('after')
    expect(place(window, '2026-11-22T10:15:00Z')).toBe('after')
  })

  it('compares instants, not their spelling', () => {
    const window = windowFor(orders, watermark, '2026-11-22T10:15:00Z', false)
    expect(place(window, '2026-11-22T05:14:59-05:00')).not.toBe('after')
    expect(place(window, '2026-11-22T15:24:59+05:30')).toBe('before')
  })

  it('without a beginning has nothing before it', () => {
    const window = windowFor(orders, null, '2026-11-22T10:15:00Z', false)
    expect(place(window, '1970-01-01T00:00:00Z')).not.toBe('before')
  })
})

describe('the filters', () => {
  const whole = windowFor(orders, null, '2026-11-22T10:15:00Z', false)
  const window = windowFor(orders, watermark, '2026-11-22T10:15:00Z', false)

  it('for reading have no upper bound, so that a record which moves to the end is met there', () => {
    expect(listFilter(orders, whole)).toBeNull()
    expect(listFilter(orders, window)).toBe("updated_at:>='2026-11-22T09:55:00Z'")
  })

  it('for counting end where the window ends', () => {
    expect(countFilter(orders, whole)).toBe("updated_at:<'2026-11-22T10:15:00Z'")
    expect(countFilter(orders, window)).toBe("updated_at:>='2026-11-22T09:55:00Z' updated_at:<'2026-11-22T10:15:00Z'")
  })

  it('of a part of a window that was split leave the rest to the next run, by whole days where they know no less', () => {
    const part = { ...window, to: '2026-11-22T10:00:00.000Z', isSplit: true }
    const filter = "updated_at:>='2026-11-22T09:55:00Z' updated_at:<'2026-11-22T10:00:00Z'"
    expect([listFilter(orders, part), countFilter(orders, part)]).toEqual([filter, filter])
    const byDay = filter.replace('<', '<=')
    expect([listFilter(customers, part), countFilter(customers, part)]).toEqual([byDay, byDay])
  })

  it('for counting have no upper bound where it would leave out the whole present day', () => {
    expect(customers.filterPrecision).toBe('day')
    expect(countFilter(customers, window)).toBe("updated_at:>='2026-11-22T09:55:00Z'")
    expect(countFilter(customers, whole)).toBeNull()
  })
})

describe('the window of a range', () => {
  const march = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' }

  it('is of the creation, and asks for it by what Shopify calls it', () => {
    const window = windowOfRange(march, '2026-11-22T10:15:00Z')
    expect(window).toEqual({ mode: 'backfill', by: 'created_at', ...march })
    const bounds = (field: string) => `${field}:>='2026-03-01T00:00:00Z' ${field}:<'2026-04-01T00:00:00Z'`
    expect([listFilter(orders, window), countFilter(orders, window)]).toEqual([
      bounds('created_at'),
      bounds('created_at'),
    ])
    expect([listFilter(customers, window), countFilter(customers, window)]).toEqual([
      bounds('customer_date'),
      bounds('created_at'),
    ])
  })

  it('ends at the start of the run where the range is not over yet', () => {
    expect(windowOfRange(march, '2026-03-20T10:15:00.750Z').to).toBe('2026-03-20T10:15:00.000Z')
  })

  it('is empty where the range has not begun by Shopify’s clock', () => {
    expect(windowOfRange(march, '2026-02-28T23:59:00Z')).toMatchObject({ from: march.from, to: march.from })
  })
})

it('nothing comes into the settled part of a span, whichever time it is of', () => {
  const now = '2026-11-22T10:15:00.500Z'
  expect(settledPart({ by: 'created_at', from: null, to: null }, now)).toEqual({
    ...{ by: 'created_at', from: null, to: '2026-11-22T10:15:00.000Z' },
  })
  const changed = settledPart({ by: 'updated_at', from: '2026-11-22T09:00:00.000Z', to: null }, now)
  expect(listFilter(orders, changed)).toBe("updated_at:>='2026-11-22T09:00:00Z'")
  expect(countFilter(orders, changed)).toBe("updated_at:>='2026-11-22T09:00:00Z' updated_at:<'2026-11-22T10:15:00Z'")
})
