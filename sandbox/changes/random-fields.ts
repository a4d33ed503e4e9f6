import { int, sample } from '../random.ts'
import type { Random } from '../random.ts'

/** New values for one to three of the fields that `makers` knows how to make. */
export function randomFields<T>(random: Random, makers: { [K in keyof T]?: () => T[K] }): Partial<T> {
  const names = Object.keys(makers) as (keyof T)[]
  const fields: Partial<T> = {}
  for (const name of sample(random, names, int(random, 1, 3))) fields[name] = makers[name]?.()
  return fields
}
