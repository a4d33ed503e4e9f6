import { describe, expect, it } from 'vitest'
import { resources } from '../resources/registry'
import { splitWindow } from './split-window'
import type { Window } from './window'

const { orders, customers } = resources
const at = (time: string) => `2026-11-22T${time}.000Z`
const ms = (text: string) => Date.parse(text)

/** Counts updates at these times. */
function counter(times: readonly string[]) {
  const asked: Window[] = []
  const countOf = async (part: Window) => {
    asked.push(part)
    const count = times.filter((time) => ms(time) >= ms(part.from ?? at('00:00:00')) && ms(time) < ms(part.to)).length
    return { count, exact: true }
  }
  return { asked, countOf }
}

/** A record a minute, from ten o'clock on. */
const minutes = (count: number) =>
  Array.from({ length: count }, (_, minute) => new Date(ms(at('10:00:00')) + minute * 60_000).toISOString())

const window: Window = { mode: 'incremental', by: 'updated_at', from: at('09:55:00'), to: at('20:00:00') }
const watermark = new Date(at('10:00:00'))

describe('a window that is too large', () => {
  it('is split where the older part has some records, but not too many', async () => {
    const { asked, countOf } = counter(minutes(500))
    const part = await splitWindow({ window, watermark, most: 100 }, orders, countOf)
    const { count } = await countOf(part)
    expect(part).toMatchObject({ mode: 'incremental', from: window.from, isSplit: true })
    expect(count).toBeGreaterThan(25)
    expect(count).toBeLessThanOrEqual(100)
    expect(asked.length).toBeLessThan(8)
  })

  it('and has no beginning is split as well', async () => {
    const { countOf } = counter(minutes(500))
    const first: Window = { mode: 'backfill', by: 'updated_at', from: null, to: at('20:00:00') }
    const part = await splitWindow({ window: first, watermark: null, most: 100 }, orders, countOf)
    expect((await countOf(part)).count).toBeGreaterThan(0)
    expect((await countOf(part)).count).toBeLessThanOrEqual(100)
  })

  it('always brings the copy further, also where too much was updated at once', async () => {
    const bulkEdit = Array.from({ length: 300 }, () => at('12:34:56'))
    const { countOf } = counter([...minutes(5), ...bulkEdit])
    let from = watermark
    const parts: string[] = []
    for (let runs = 0; runs < 20; runs++) {
      const lookedBack = { ...window, from: new Date(from.getTime() - 300_000).toISOString() }
      const part = await splitWindow({ window: lookedBack, watermark: from, most: 100 }, orders, countOf)
      expect(ms(part.to)).toBeGreaterThan(from.getTime())
      from = new Date(part.to)
      parts.push(part.to)
      if (!part.isSplit || ms(part.to) > ms(at('12:45:00'))) break
    }
    expect(from.getTime()).toBeGreaterThan(ms(at('12:34:56')))
    expect(parts.length).toBeLessThan(10)
  })

  it('is not split below a day where the filter knows no less', async () => {
    const { countOf } = counter(minutes(500))
    expect(await splitWindow({ window, watermark, most: 100 }, customers, countOf)).toEqual(window)
  })
})
