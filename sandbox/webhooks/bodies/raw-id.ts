import type { Id } from '../../model.ts'

declare global {
  interface JSON {
    /** ECMAScript "JSON.parse source text access": text that `JSON.stringify` writes as it stands. */
    rawJSON(text: string): unknown
  }
}

/** An id that is written as a bare JSON number with all its digits, which a JavaScript number would lose beyond 2^53. */
export function rawId(id: Id): unknown {
  return JSON.rawJSON(id)
}

export function rawIdOrNull(id: Id | null): unknown {
  return id === null ? null : rawId(id)
}

/** The id's global form, as in `gid://shopify/Order/1`. */
export function gid(type: string, id: Id): string {
  return `gid://shopify/${type}/${id}`
}
