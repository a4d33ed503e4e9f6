/** Gathers what arrives within a few milliseconds and hands it on together, in turns by the lines in which it waits. */

export interface BatcherOptions<Item, Result> {
  /** Which line an item waits in. A batch takes one of each line, then a second of each, and so on. */
  lineOf: (item: Item) => string
  /** What no two batches under way may have in common; null: nothing. */
  holdOf: (item: Item) => string | null
  mostItems: number
  /** A batch ends with the item that brings it to this size. */
  mostSize: number
  sizeOf: (item: Item) => number
  /** How long the first that waits does so for company. */
  gatherMs: number
  /** Batches under way at the same time. */
  mostAtOnce: number
  /** One result per item, in order. */
  flush: (items: readonly Item[]) => Promise<readonly Result[]>
}

export interface Batcher<Item, Result> {
  add(item: Item): Promise<Result>
  /** How many wait, in one line or in all. What is under way does not wait any more. */
  waiting(line?: string): number
}

interface Waiting<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/** How far a line is looked through for one that need not wait. */
const LOOK_BEHIND = 20

export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { lineOf, holdOf, mostItems, mostSize, sizeOf, gatherMs, mostAtOnce, flush } = options
  const lines = new Map<string, Waiting<Item, Result>[]>()
  let count = 0
  /** What each batch under way holds. */
  const underWay = new Set<ReadonlySet<string>>()
  let timer: NodeJS.Timeout | null = null
  /** The time for company is over: what waits goes as soon as it can. */
  let isDue = false

  function startBatches(): void {
    while (underWay.size < mostAtOnce && count > 0 && (isDue || count >= mostItems)) {
      const batch = take()
      if (batch.length === 0) return
      if (timer !== null) clearTimeout(timer)
      timer = null
      isDue = count > 0
      const holds = new Set(batch.flatMap(({ item }) => holdOf(item) ?? []))
      underWay.add(holds)
      void run(batch).then(() => {
        underWay.delete(holds)
        startBatches()
      })
    }
  }

  /** A line that was served goes behind the others; one whose first items all have to wait is passed by. */
  function take(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = []
    let passedBy = 0
    let size = 0
    while (batch.length < mostItems && size < mostSize && passedBy < lines.size) {
      const [line, queue] = lines.entries().next().value!
      lines.delete(line)
      const place = queue.slice(0, LOOK_BEHIND).findIndex(({ item }) => !isHeld(item))
      if (place < 0) passedBy += 1
      else {
        const [taken] = queue.splice(place, 1)
        batch.push(taken!)
        size += sizeOf(taken!.item)
        count -= 1
        passedBy = 0
      }
      if (queue.length > 0) lines.set(line, queue)
    }
    return batch
  }

  function isHeld(item: Item): boolean {
    const hold = holdOf(item)
    if (hold === null) return false
    for (const holds of underWay) if (holds.has(hold)) return true
    return false
  }

  async function run(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await flush(batch.map(({ item }) => item))
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result))
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        const line = lineOf(item)
        const queue = lines.get(line) ?? []
        if (queue.length === 0) lines.set(line, queue)
        queue.push({ item, resolve, reject })
        count += 1
        if (!isDue) {
          timer ??= setTimeout(() => {
            timer = null
            isDue = true
            startBatches()
          }, gatherMs)
        }
        startBatches()
      }),
    waiting: (line) => (line === undefined ? count : (lines.get(line)?.length ?? 0)),
  }
}
