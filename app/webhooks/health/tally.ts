/** Adds up deliveries that were counted in several parts. */

/** Deliveries of one shop and topic that are alike. */
export interface Cell {
  shopId: string
  topic: string
  /** The bucket of the time from trigger to receipt, and from receipt to being applied; null where there is none. */
  transit: number | null
  apply: number | null
  received: number
  applied: number
  stale: number
  ignored: number
  pending: number
  dead: number
  repeats: number
  /** ISO 8601 in UTC, with all digits, so that the later one is the greater text. */
  lastReceivedAt: string
}

const FIGURES = ['received', 'applied', 'stale', 'ignored', 'pending', 'dead', 'repeats'] as const

/** Of one shop and topic. The histograms go up to the highest bucket that anything is in. */
export interface Tallied extends Omit<Cell, 'transit' | 'apply'> {
  transitMs: number[]
  applyMs: number[]
}

export interface Tally {
  add(cells: readonly Cell[]): void
  all(): Tallied[]
}

export function createTally(): Tally {
  const byPlace = new Map<string, Tallied>()
  return {
    add(cells) {
      for (const { transit, apply, ...cell } of cells) {
        const place = `${cell.shopId} ${cell.topic}`
        const tallied = byPlace.get(place)
        const sum = tallied ?? { ...cell, transitMs: [], applyMs: [] }
        if (tallied === undefined) byPlace.set(place, sum)
        else {
          for (const figure of FIGURES) sum[figure] += cell[figure]
          if (cell.lastReceivedAt > sum.lastReceivedAt) sum.lastReceivedAt = cell.lastReceivedAt
        }
        addTo(sum.transitMs, transit, cell.received)
        addTo(sum.applyMs, apply, cell.received)
      }
    },
    all: () => [...byPlace.values()],
  }
}

function addTo(histogram: number[], bucket: number | null, count: number): void {
  if (bucket === null) return
  while (histogram.length <= bucket) histogram.push(0)
  histogram[bucket]! += count
}
