import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBatcher } from './batcher'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

function batcherOf(flush: (items: readonly number[]) => Promise<readonly string[]>, mostWaiting = 100) {
  return createBatcher<number, string>({ mostItems: 3, gatherMs: 5, mostWaiting, overflow: 'full', flush })
}

const naming = (items: readonly number[]) => Promise.resolve(items.map((item) => `n${item}`))

it('hands on together what arrives within the time, each with its own result', async () => {
  const flush = vi.fn(naming)
  const add = batcherOf(flush)
  const results = Promise.all([add(1), add(2)])
  await vi.advanceTimersByTimeAsync(5)
  expect(await results).toEqual(['n1', 'n2'])
  expect(flush.mock.calls).toEqual([[[1, 2]]])
})

it('does not wait once a batch is full', async () => {
  const add = batcherOf(naming)
  expect(await Promise.all([add(1), add(2), add(3)])).toEqual(['n1', 'n2', 'n3'])
})

it('runs one batch at a time; what arrives meanwhile is the next, without waiting again', async () => {
  let finish = () => {}
  const flush = vi.fn((items: readonly number[]) =>
    items.includes(1) ? new Promise<void>((resolve) => (finish = resolve)).then(() => naming(items)) : naming(items),
  )
  const add = batcherOf(flush)
  const first = add(1)
  await vi.advanceTimersByTimeAsync(5)
  const later = Promise.all([add(2), add(3), add(4), add(5)])
  await vi.advanceTimersByTimeAsync(50)
  expect(flush).toHaveBeenCalledTimes(1)
  finish()
  expect(await first).toBe('n1')
  expect(await later).toEqual(['n2', 'n3', 'n4', 'n5'])
  expect(flush.mock.calls.slice(1)).toEqual([[[2, 3, 4]], [[5]]])
})

it('turns items away when too many wait', async () => {
  const add = batcherOf(naming, 1)
  const taken = add(1)
  expect(await add(2)).toBe('full')
  await vi.advanceTimersByTimeAsync(5)
  expect(await taken).toBe('n1')
})

it('goes on after a batch that threw', async () => {
  const add = batcherOf((items) => (items.includes(1) ? Promise.reject(new Error('broken')) : naming(items)))
  const broken = expect(add(1)).rejects.toThrow('broken')
  await vi.advanceTimersByTimeAsync(5)
  await broken
  const next = add(2)
  await vi.advanceTimersByTimeAsync(5)
  expect(await next).toBe('n2')
})
