/** Gives a number in [0, 1) at each call. */
export type Random = () => number

/** A sequence that is the same for the same seed on every machine (mulberry32; any integer is a good seed). */
export function seededRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A whole number in [from, to], both ends included. */
export function int(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1))
}

/** One of the list, each as likely as any other. Throws on an empty list. */
export function pick<T>(random: Random, list: readonly T[]): T {
  const picked = list[Math.floor(random() * list.length)]
  if (list.length === 0) throw new Error('nothing to pick from')
  return picked as T
}

/** True in about `share` of the calls (0 never, 1 always). */
export function chance(random: Random, share: number): boolean {
  return random() < share
}

/** Up to `count` different members of the list, in the list's order. */
export function sample<T>(random: Random, list: readonly T[], count: number): T[] {
  const indexes = new Set<number>()
  const wanted = Math.min(count, list.length)
  while (indexes.size < wanted) indexes.add(Math.floor(random() * list.length))
  return list.filter((_, index) => indexes.has(index))
}

/** `length` hexadecimal digits. */
export function hex(random: Random, length: number): string {
  let digits = ''
  while (digits.length < length) digits += Math.floor(random() * 16).toString(16)
  return digits
}
