import type { Row } from './resource'

type Read = (value: unknown, field: string) => unknown

/** Which key of a webhook body fills which column, and how its value is read. */
export type BodyColumns = Readonly<Record<string, readonly [key: string, read: Read]>>

/**
 * The columns that this body carries. A key that the body lacks (a subscription may ask for some fields only) is not
 * carried, which is something else than null.
 */
export function carriedBy(body: Readonly<Record<string, unknown>>, columns: BodyColumns, path = ''): Row {
  const carried: Record<string, unknown> = {}
  for (const column in columns) {
    const [key, read] = columns[column]!
    if (key in body) carried[column] = read(body[key], path + key)
  }
  return carried
}
