import { hash } from 'node:crypto'
import type { QueryConfig } from 'pg'

const names = new Map<string, string>()

/**
 * The statement under a name made of its text, so that a connection has it planned once. For statements that are many
 * times the same, since a connection keeps each for as long as it lives, and that can only be planned in one way: a plan that
 * was made while a table was empty may read all of it when it is not empty any more.
 */
export function prepared(text: string, values: unknown[]): QueryConfig {
  let name = names.get(text)
  if (name === undefined) names.set(text, (name = hash('sha1', text, 'base64')))
  return { name, text, values }
}
