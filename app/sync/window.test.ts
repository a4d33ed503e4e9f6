import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import { countFilter, isAfterWindow, isBeforeWindow, readFilter, windowFor } from './window'

const { orders, customers } = resources
const watermark = new Date('2026-11-22T10:00:00Z')

describe('a window', () => {
  it('has no beginning before the first copy', () => {
    expect(windowFor(orders, null, '2026-11-22T10:00:00.750Z', false)).toEqual({
      mode: 'backfill',
      from: null,
      to: '2026-11-22T10:00:00.000Z',
    })
  })

  it("reaches back behind the watermark by the resource's lookback", () => {
    const window = windowFor({ ...orders, lookbackMinutes: 7 }, watermark, '2026-11-22T10:15:00Z', false)
    expect(window).toEqual({
      mode: 'incremental',
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
    expect(isBeforeWindow(window, '2026-11-22T09:54:59Z')).toBe(true)
    expect(isBeforeWindow(window, '2026-11-22T09:55:00Z')).toBe(false)
    expect(isAfterWindow(window, '2026-11-22T10:14:59Z')).toBe(false)
    expect(isAfterWindow(window, '2026-11-22T10:15:00Z')).toBe(true)
  })

  it('compares instants, not their spelling', () => {
    const window = windowFor(orders, watermark, '2026-11-22T10:15:00Z', false)
    expect(isAfterWindow(window, '2026-11-22T05:14:59-05:00')).toBe(false)
    expect(isBeforeWindow(window, '2026-11-22T15:24:59+05:30')).toBe(true)
  })

  it('without a beginning has nothing before it', () => {
    const window = windowFor(orders, null, '2026-11-22T10:15:00Z', false)
    expect(isBeforeWindow(window, '1970-01-01T00:00:00Z')).toBe(false)
  })
})

describe('the filters', () => {
  const whole = windowFor(orders, null, '2026-11-22T10:15:00Z', false)
  const window = windowFor(orders, watermark, '2026-11-22T10:15:00Z', false)

  it('for reading have no upper bound, so that a record which moves to the end is met there', () => {
    expect(readFilter(orders, whole)).toBeNull()
    expect(readFilter(orders, window)).toBe("updated_at:>='2026-11-22T09:55:00Z'")
  })

  it('for counting end where the window ends', () => {
    expect(countFilter(orders, whole)).toBe("updated_at:<'2026-11-22T10:15:00Z'")
    expect(countFilter(orders, window)).toBe("updated_at:>='2026-11-22T09:55:00Z' updated_at:<'2026-11-22T10:15:00Z'")
  })

  it('of a part of a window that was split leave the rest to the next run, by whole days where they know no less', () => {
    const part = { ...window, to: '2026-11-22T10:00:00.000Z', isSplit: true }
    const filter = "updated_at:>='2026-11-22T09:55:00Z' updated_at:<'2026-11-22T10:00:00Z'"
    expect([readFilter(orders, part), countFilter(orders, part)]).toEqual([filter, filter])
    const byDay = filter.replace('<', '<=')
    expect([readFilter(customers, part), countFilter(customers, part)]).toEqual([byDay, byDay])
  })

  it('for counting have no upper bound where it would leave out the whole present day', () => {
    expect(customers.filterPrecision).toBe('day')
    expect(countFilter(customers, window)).toBe("updated_at:>='2026-11-22T09:55:00Z'")
    expect(countFilter(customers, whole)).toBeNull()
  })
})
