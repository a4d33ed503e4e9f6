import { expect, it } from 'vitest'
import { createSlots } from './slots'

/** Work that begins when it is let in and ends when it is told to. */
function task() {
  const gate = Promise.withResolvers<string>()
  const state = { isBegun: false }
  return {
    state,
    end: gate.resolve,
    fail: gate.reject,
    work: () => {
      state.isBegun = true
      return gate.promise
    },
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

it('what finds no place waits for one, in order, and has it also after a failure', async () => {
  const slots = createSlots(1)
  const tasks = [task(), task(), task()] as const
  const done = tasks.map(({ work }) => slots.whenFree(work).catch((error: unknown) => error))
  const begun = () => tasks.map(({ state }) => state.isBegun)
  expect(begun()).toEqual([true, false, false])
  tasks[0].fail(new Error('failed'))
  await settled()
  expect(begun()).toEqual([true, true, false])
  tasks[1].end('second')
  await settled()
  expect(begun()).toEqual([true, true, true])
  tasks[2].end('third')
  expect(await Promise.all(done)).toEqual([new Error('failed'), 'second', 'third'])
})

it('what does not wait is told that there is no place, and never goes before those that do', async () => {
  const slots = createSlots(1)
  const [first, second] = [task(), task()]
  const done = [slots.ifFree(first.work), slots.whenFree(second.work)]
  expect(await slots.ifFree(() => Promise.resolve('no place'))).toBeNull()
  first.end('first')
  await settled()
  expect(await slots.ifFree(() => Promise.resolve('no place'))).toBeNull()
  second.end('second')
  expect(await Promise.all(done)).toEqual(['first', 'second'])
  expect(await slots.ifFree(() => Promise.resolve('in'))).toBe('in')
})
