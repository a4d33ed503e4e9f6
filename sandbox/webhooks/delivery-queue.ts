import type { Delivery, DeliveryResult } from '../contract.ts'

interface QueueOptions {
  attempt(delivery: Delivery): Promise<DeliveryResult>
  retryDelaysMs: readonly number[]
  /** Attempts under way at once. */
  concurrency: number
}

interface Entry {
  delivery: Delivery
  failures: number
}

/** Attempts deliveries first in, first out, and again after a failure, with the same bytes and the same webhook id. */
export function createDeliveryQueue({ attempt, retryDelaysMs, concurrency }: QueueOptions) {
  const waiting: Entry[] = []
  /** Of what is to be tried again, or is delayed. */
  const timers = new Set<NodeJS.Timeout>()
  const idlers: (() => void)[] = []
  let underWay = 0
  let alongside = 0
  let closed = false

  function add(entry: Entry): void {
    if (closed) return
    waiting.push(entry)
    startWaiting()
  }

  function startWaiting(): void {
    while (underWay < concurrency) {
      const entry = waiting.shift()
      if (!entry) return
      underWay++
      void run(entry)
    }
  }

  async function run(entry: Entry): Promise<void> {
    const { status } = await attempt(entry.delivery)
    underWay--
    const isDelivered = status !== null && status >= 200 && status < 300
    if (!isDelivered) retryLater({ ...entry, failures: entry.failures + 1 })
    startWaiting()
    announceIdle()
  }

  function retryLater(entry: Entry): void {
    const delayMs = retryDelaysMs[entry.failures - 1]
    if (delayMs !== undefined) addLater(entry, delayMs)
  }

  function addLater(entry: Entry, delayMs: number): void {
    if (closed) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      add(entry)
    }, delayMs)
    timers.add(timer)
  }

  function isIdle(): boolean {
    return underWay === 0 && alongside === 0 && waiting.length === 0 && timers.size === 0
  }

  function announceIdle(): void {
    if (!isIdle()) return
    for (const resolve of idlers.splice(0)) resolve()
  }

  return {
    add(delivery: Delivery): void {
      add({ delivery, failures: 0 })
    },
    addLater(delivery: Delivery, delayMs: number): void {
      addLater({ delivery, failures: 0 }, delayMs)
    },
    /** Counts work that goes past the queue, so that `idle` waits for it too. */
    async alongside<T>(work: Promise<T>): Promise<T> {
      alongside++
      try {
        return await work
      } finally {
        alongside--
        announceIdle()
      }
    },
    /** Resolves when nothing is waiting, under way or to be tried again. */
    idle(): Promise<void> {
      return isIdle() ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))
    },
    /** Forgets what is waiting. Attempts under way end by themselves. */
    close(): void {
      closed = true
      waiting.length = 0
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      announceIdle()
    },
  }
}
