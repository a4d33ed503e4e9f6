import type { Id } from '../model.ts'
import { badRequest } from './errors.ts'

const GID = /^gid:\/\/shopify\/(\w+)\/(\d+)(?:\?.*)?$/

export function gid(type: string, id: Id): string {
  return `gid://shopify/${type}/${id}`
}

/** The type and the numeric part of a global id. Throws what Shopify answers to anything else. */
export function parseGid(text: string): { type: string; id: Id } {
  const [, type, id] = GID.exec(text) ?? []
  if (!type || !id) throw badRequest(`Invalid global id '${text}'`)
  return { type, id }
}

/** The numeric part of a global id of one type. */
export function idOf(type: string, text: string): Id {
  const parsed = parseGid(text)
  if (parsed.type !== type) throw badRequest(`Invalid id: ${text}`)
  return parsed.id
}

/** Orders ids by their number, without turning them into (lossy) JavaScript numbers. */
export function compareIds(a: Id, b: Id): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
