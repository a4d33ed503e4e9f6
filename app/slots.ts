/** Places for work of which only so much may go on at once in this process. */
export interface Slots {
  /** In the order in which they asked. */
  whenFree<T>(work: () => Promise<T>): Promise<T>
  /** Null when there is no place just now. */
  ifFree<T>(work: () => Promise<T>): Promise<T | null>
}

export function createSlots(most: number): Slots {
  let taken = 0
  const waiting: (() => void)[] = []

  async function occupy<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      // The place goes from hand to hand: who comes in between finds none.
      if (next === undefined) taken -= 1
      else next()
    }
  }

  return {
    async whenFree(work) {
      if (taken < most) taken += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      return occupy(work)
    },
    async ifFree(work) {
      if (taken >= most) return null
      taken += 1
      return occupy(work)
    },
  }
}
