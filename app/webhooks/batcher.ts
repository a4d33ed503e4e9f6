/** Gathers what arrives within a few milliseconds and hands it on together, one batch at a time. */

export interface BatcherOptions<Item, Result> {
  mostItems: number
  /** How long the first of a batch waits for company. While a batch is under way the next gathers without a clock. */
  gatherMs: number
  /** Beyond this many waiting, an item is not taken. */
  mostWaiting: number
  /** What an item that is not taken gets. */
  overflow: Result
  /** One result per item, in order. */
  flush: (items: readonly Item[]) => Promise<readonly Result[]>
}

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): (item: Item) => Promise<Result> {
  const { mostItems, gatherMs, mostWaiting, overflow, flush } = options
  const waiting: Waiting<Item, Result>[] = []
  let timer: NodeJS.Timeout | null = null
  let isFlushing = false

  async function flushAll(): Promise<void> {
    if (timer !== null) clearTimeout(timer)
    timer = null
    isFlushing = true
    while (waiting.length > 0) await flushSome(waiting.splice(0, mostItems))
    isFlushing = false
  }

  async function flushSome(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await flush(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return (item) => {
    if (waiting.length >= mostWaiting) return Promise.resolve(overflow)
    return new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (isFlushing) return
      if (waiting.length >= mostItems) void flushAll()
      else timer ??= setTimeout(() => void flushAll(), gatherMs)
    })
  }
}
