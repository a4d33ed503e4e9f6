import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createBatcher } from './batcher'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

type Flush = (items: readonly string[]) => Promise<readonly string[]>

/** Items wait in the line of their first letter, and hold what is in brackets. */
const batcherOf = (flush: Flush, mostAtOnce = 1) =>
  createBatcher<string, string>({
    lineOf: (item) => item[0]!,
    holdOf: (item) => /\(.*\)/.exec(item)?.[0] ?? null,
    mostItems: 3,
    mostSize: 20,
    sizeOf: (item) => item.length,
    gatherMs: 5,
    mostAtOnce,
    flush,
  })

const naming: Flush = (items) => Promise.resolve(items.map((item) => `done ${item}`))

const settled = () => vi.advanceTimersByTimeAsync(0)

/** Ends a batch only when it is told to. */
function slowly() {
  const finish: (() => void)[] = []
  const flush = vi.fn<Flush>((items) => new Promise<void>((resolve) => finish.push(resolve)).then(() => naming(items)))
  return { finish, flush }
}

it('hands on together what arrives within the time, each with its own result', async () => {
  const flush = vi.fn(naming)
  const { add } = batcherOf(flush)
  const results = Promise.all([add('a1'), add('b1')])
  await vi.advanceTimersByTimeAsync(5)
  expect(await results).toEqual(['done a1', 'done b1'])
  expect(flush.mock.calls).toEqual([[['a1', 'b1']]])
})

it('does not wait once a batch is full', async () => {
  const { add } = batcherOf(naming)
  expect(await Promise.all([add('a1'), add('a2'), add('a3')])).toEqual(['done a1', 'done a2', 'done a3'])
})

it('runs so many batches at a time; what waited meanwhile is the next, without waiting again', async () => {
  const { finish, flush } = slowly()
  const { add, waiting } = batcherOf(flush, 2)
  const items = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'].map(add)
  await vi.advanceTimersByTimeAsync(50)
  expect(flush.mock.calls).toEqual([[['a1', 'a2', 'a3']], [['a4', 'a5', 'a6']]])
  expect([waiting(), waiting('a'), waiting('b')]).toEqual([1, 1, 0])
  finish[0]!()
  expect(await items[0]).toBe('done a1')
  await settled()
  expect(flush.mock.calls.slice(2)).toEqual([[['a7']]])
  for (const end of finish) end()
  expect(await Promise.all(items)).toHaveLength(7)
})

it('takes lines in turns, so that a long one does not hold up a short one', async () => {
  const { finish, flush } = slowly()
  const { add } = batcherOf(flush)
  const long = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map(add)
  const short = ['b1', 'c1'].map(add)
  finish[0]!()
  await settled()
  expect(flush.mock.calls.slice(1)).toEqual([[['a4', 'b1', 'c1']]])
  finish[1]!()
  await Promise.all(short)
  await settled()
  finish[2]!()
  await Promise.all(long)
})

it('lets no two batches at once have the same, and passes by what waits for it', async () => {
  const { finish, flush } = slowly()
  const { add, waiting } = batcherOf(flush, 2)
  const first = ['a1(x)', 'a2(y)', 'a3(x)'].map(add)
  const others = ['a4(x)', 'a5', 'b1', 'b2', 'c1(y)'].map(add)
  await settled()
  expect(flush.mock.calls).toEqual([[['a1(x)', 'a2(y)', 'a3(x)']], [['a5', 'b1']]])
  expect([waiting('a'), waiting('b'), waiting('c')]).toEqual([1, 1, 1])
  finish[0]!()
  await Promise.all(first)
  await settled()
  expect(flush.mock.calls[2]![0].toSorted()).toEqual(['a4(x)', 'b2', 'c1(y)'])
  finish[1]!()
  await settled()
  for (const end of finish) end()
  await Promise.all(others)
})

it('ends a batch with the one that makes it too large', async () => {
  const flush = vi.fn(naming)
  const { add } = batcherOf(flush)
  const large = `b${'1'.repeat(30)}`
  const results = Promise.all([add('a1'), add(large)])
  const last = add('c1')
  await results
  await last
  expect(flush.mock.calls).toEqual([[['a1', large]], [['c1']]])
})

it('goes on after a batch that threw', async () => {
  const { add } = batcherOf((items) => (items.includes('a1') ? Promise.reject(new Error('broken')) : naming(items)))
  const broken = expect(add('a1')).rejects.toThrow('broken')
  await vi.advanceTimersByTimeAsync(5)
  await broken
  const next = add('a2')
  await vi.advanceTimersByTimeAsync(5)
  expect(await next).toBe('done a2')
})
