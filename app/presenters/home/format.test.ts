import { describe, expect, it } from 'vitest'
import { createFormat, resolveLocale } from './format'

const now = new Date('2026-11-22T11:00:00Z')
const plain = (text: string) => text.replace(/\s/g, ' ')

describe('times', () => {
  const berlin = createFormat('en', 'Europe/Berlin', now)

  it('are in the shop’s time zone, whatever the machine’s is', () => {
    const moment = berlin.moment(new Date('2026-11-22T09:42:07Z'))
    expect(moment.iso).toBe('2026-11-22T09:42:07.000Z')
    expect(plain(moment.text)).toBe('10:42 AM')
  })

  it('have seconds where a change is waited for', () => {
    expect(plain(berlin.exactMoment(new Date('2026-11-22T09:42:07Z')).text)).toBe('10:42:07 AM')
  })

  it('name the day when it is not today in the shop', () => {
    const justBeforeMidnightInBerlin = new Date('2026-11-21T22:59:00Z')
    expect(plain(berlin.moment(justBeforeMidnightInBerlin).text)).toBe('Nov 21, 11:59 PM')
    const alreadyTodayInBerlin = new Date('2026-11-21T23:01:00Z')
    expect(plain(berlin.moment(alreadyTodayInBerlin).text)).toBe('12:01 AM')
  })

  it('name the year when it is another one', () => {
    expect(plain(berlin.moment(new Date('2025-12-31T11:00:00Z')).text)).toBe('Dec 31, 2025, 12:00 PM')
  })

  it('of a whole day are the day alone', () => {
    const inBritain = createFormat('en-GB', 'Europe/Berlin', now)
    expect(inBritain.day(new Date('2026-02-28T23:00:00Z'))).toBe('1 Mar')
    expect(inBritain.day(new Date('2025-12-31T22:59:59Z'))).toBe('31 Dec 2025')
  })

  it.each([null, 'Mars/Olympus'])('are in UTC and say so when the shop’s zone is %s', (timezone) => {
    const format = createFormat('en', timezone, now)
    expect(format.timezone).toBe('UTC')
    expect(plain(format.moment(new Date('2026-11-22T09:42:00Z')).text)).toBe('9:42 AM')
  })
})

describe('numbers', () => {
  it('are written as in the merchant’s locale', () => {
    expect(createFormat('en', null, now).number(12_345)).toBe('12,345')
    expect(createFormat('de', null, now).number(12_345)).toBe('12.345')
  })

  it('say 100 % only of everything', () => {
    const { percent } = createFormat('en', null, now)
    expect(percent(0.9999)).toBe('99%')
    expect(percent(1)).toBe('100%')
  })

  it.each([
    [42, '42 ms'],
    [420, '0.4 sec'],
    [9_960, '10 sec'],
    [59_700, '1 min 0 sec'],
    [200_000, '3 min 20 sec'],
    [3_900_000, '1 hr 5 min'],
  ])('show %i ms as %s', (milliseconds, text) => {
    expect(createFormat('en', null, now).duration(milliseconds)).toBe(text)
  })
})

describe('the locale', () => {
  it.each([
    ['pt-BR', 'pt-BR'],
    ['tlh', 'en'],
    ['<script>', 'en'],
    ['', 'en'],
    [null, 'en'],
  ])('%s is taken as %s', (requested, locale) => {
    expect(resolveLocale(requested)).toBe(locale)
  })
})
