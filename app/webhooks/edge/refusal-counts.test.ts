import { expect, it } from 'vitest'
import { RefusalCounts } from './refusal-counts'

const wrong = { status: 401, reason: 'signature-wrong' } as const
const at = (time: string) => Date.parse(`2026-11-22T${time}Z`)

it('counts by shop, hour, status and reason', () => {
  const counts = new RefusalCounts(100)
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong }, at('10:00:00'))
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong }, at('10:59:59.999'))
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong }, at('11:00:00'))
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong, status: 429 }, at('10:00:00'))
  counts.add({ shopDomain: null, ...wrong }, at('10:00:00'))
  expect(counts.take()).toEqual([
    { shopDomain: 'a.myshopify.com', ...wrong, hourMs: at('10:00:00'), count: 2 },
    { shopDomain: 'a.myshopify.com', ...wrong, hourMs: at('11:00:00'), count: 1 },
    { shopDomain: 'a.myshopify.com', ...wrong, status: 429, hourMs: at('10:00:00'), count: 1 },
    { shopDomain: null, ...wrong, hourMs: at('10:00:00'), count: 1 },
  ])
  expect(counts.take()).toEqual([])
})

it('loses none, whoever they claim to be, and remembers only so many of these', () => {
  const counts = new RefusalCounts(50)
  for (let shop = 0; shop < 10_000; shop += 1) counts.add({ shopDomain: `s${shop}.myshopify.com`, ...wrong }, 0)
  expect(counts.size).toBe(51)
  const taken = counts.take()
  expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(10_000)
  expect(taken.find(({ shopDomain }) => shopDomain === null)?.count).toBe(9_950)
})

it('takes back what could not be stored, beside what was counted since', () => {
  const counts = new RefusalCounts(100)
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong }, 0)
  const taken = counts.take()
  counts.add({ shopDomain: 'a.myshopify.com', ...wrong }, 0)
  counts.putBack(taken)
  expect(counts.take()).toMatchObject([{ shopDomain: 'a.myshopify.com', count: 2 }])
})
