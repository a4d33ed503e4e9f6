/** In the place of `node:timers/promises` in the bundle: what the app waits for passes on the story's clock, at once. */
import { currentClock } from './virtual-clock.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

async function wait<T>(ms = 0, value?: T, options: { signal?: AbortSignal } = {}): Promise<T | undefined> {
  await nextTurn()
  options.signal?.throwIfAborted()
  currentClock()?.advance(ms)
  return value
}

export { wait as setTimeout }
