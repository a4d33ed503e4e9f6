/** Fields that Shopify withholds while it answers the rest of a query: null in the data, and an error with their path. Pure. */

export interface PathError {
  extensions?: { code?: string | null } | null
  path?: readonly (string | number)[] | null
}

/**
 * The fields, such as `customers.nodes.firstName`, if this is all that is wrong with the answer; null when an error is of
 * another kind, or when what is missing is more than a field of a record: then the data is not to be trusted.
 */
export function withheldFields(data: unknown, errors: readonly PathError[]): string[] | null {
  const fields = new Set<string>()
  for (const { extensions, path } of errors) {
    if (extensions?.code !== 'ACCESS_DENIED' || !path?.some((step) => typeof step === 'number')) return null
    if (!isNullAt(data, path)) return null
    fields.add(path.filter((step) => typeof step === 'string').join('.'))
  }
  return [...fields].sort()
}

/**
 * The fields by the words of the copy: `page.nodes.firstName` of the document `query CustomersPage …` is
 * `customers.firstName`, as it is in the other documents about customers.
 */
export function namedAfter(document: string, fields: readonly string[]): string[] {
  const [, subject = 'shop'] = /^query ([A-Z][a-z]+)/.exec(document) ?? []
  return fields.map((field) => `${subject.toLowerCase()}.${field.replace(/^(page\.nodes|nodes|node|page)\./, '')}`)
}

/** A field that must not be null takes its record with it, and is found null before the end of its path. */
function isNullAt(data: unknown, path: readonly (string | number)[]): boolean {
  let value = data
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return false
    value = (value as Record<string | number, unknown>)[step]
  }
  return value === null && typeof path.at(-1) === 'string'
}
