import type { Delivery } from '../contract.ts'

interface Versions {
  latest: string
  before: string | null
}

/** The last two bodies that were announced of each record, so that an old one can be sent in place of a new one. */
export class EarlierBodies {
  readonly #versions = new Map<string, Versions>()

  /** Remembers the body, and gives the one that its record had before; null when there is none. */
  note({ topic, body }: Delivery): string | null {
    const key = recordOf(topic, body)
    if (!key) return null
    const known = this.#versions.get(key)
    // One change may be announced by several topics, all with the same body.
    const versions = known?.latest === body ? known : { latest: body, before: known?.latest ?? null }
    this.#versions.set(key, versions)
    return versions.before
  }
}

/** What tells the record of a body: null for deletions, and for what is not about a record. */
function recordOf(topic: string, body: string): string | null {
  const [kind, event] = topic.split('/')
  if (event === 'delete') return null
  const fields = JSON.parse(body) as Record<string, unknown> | null
  // A numeric id would be rounded.
  const id = fields?.['admin_graphql_api_id'] ?? fields?.['token']
  return typeof id === 'string' ? `${kind} ${id}` : null
}
