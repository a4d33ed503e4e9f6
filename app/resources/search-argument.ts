/** `(query: "…")` for a document that cannot have variables, as a bulk operation's cannot; nothing without a filter. */
export function searchArgument(filter: string | null): string {
  // A GraphQL string has JSON's escapes.
  return filter === null ? '' : `(query: ${JSON.stringify(filter)})`
}
