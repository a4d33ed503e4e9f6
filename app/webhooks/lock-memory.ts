/** Remembers for a moment whose records are locked, so that not each batch waits for the same lock. */
import type { Delivery } from './delivery'

export interface LockMemory {
  isLocked(delivery: Delivery): boolean
  note(delivery: Delivery): void
}

/** Whoever holds the lock of one record will hold others of the same kind: `orders` of a shop. */
export const lockGroupOf = ({ shopDomain, topic }: Pick<Delivery, 'shopDomain' | 'topic'>) =>
  `${shopDomain} ${topic.split('/')[0]}`

const REMEMBERED_MS = 2_000

/** `now` in milliseconds. */
export function createLockMemory(now: () => number): LockMemory {
  const until = new Map<string, number>()
  return {
    isLocked: (delivery) => until.size > 0 && now() < (until.get(lockGroupOf(delivery)) ?? 0),
    note(delivery) {
      const at = now()
      for (const [group, end] of until) if (end <= at) until.delete(group)
      until.set(lockGroupOf(delivery), at + REMEMBERED_MS)
    },
  }
}
