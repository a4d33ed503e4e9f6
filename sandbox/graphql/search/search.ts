import type { MutableShopStore } from '../../store.ts'
import { notModelled } from '../errors.ts'
import { adminSchema } from '../schema.ts'
import type { RecordType, RecordTypes } from '../sort-keys.ts'
import { searchTable } from './fields.ts'
import type { SearchTable } from './fields.ts'
import { matchTerm, matchText } from './match.ts'
import { parseSearch } from './parse.ts'
import type { SearchNode, Term } from './parse.ts'

export interface SearchWarning {
  field: string
  message: string
  code: 'invalid_field'
}

export interface Search<T> {
  /** Null when everything passes. */
  passes: ((record: T) => boolean) | null
  /** The same for searches that find the same records while the shop stands still. */
  text: string
  warnings: SearchWarning[]
}

/** Documented by no table of its own, but the same search as its connection. */
const DOCUMENTED_ELSEWHERE: Record<string, string> = { productVariantsCount: 'productVariants' }

/**
 * Compiles a `query` argument of a root field. A field that the argument does not document is ignored with a warning,
 * as Shopify does; one that is documented and that the model lacks is an error.
 */
export function compileSearch<Type extends RecordType>(
  type: Type,
  rootField: string,
  query: string | null | undefined,
  store: MutableShopStore,
): Search<RecordTypes[Type]> {
  return compileSearchIn(searchTable(type, store), rootField, query, store)
}

/** The same for records that have a table of their own. */
export function compileSearchIn<T>(
  table: SearchTable<T>,
  rootField: string,
  query: string | null | undefined,
  store: MutableShopStore,
): Search<T> {
  const compiler = new SearchCompiler(table, rootField, store)
  const node = parseSearch(query ?? '')
  const passes = node ? compiler.compile(node) : null
  // "now" moves, so a search that may speak of it is only the same within a millisecond.
  const text = query?.includes('now') ? `${query} at ${store.now()}` : (query ?? '')
  return { passes, text: `${rootField} ${text}`, warnings: compiler.warnings }
}

type Passes<T> = (record: T) => boolean

class SearchCompiler<T> {
  readonly warnings: SearchWarning[] = []
  readonly #table: SearchTable<T>
  readonly #rootField: string
  readonly #store: MutableShopStore

  constructor(table: SearchTable<T>, rootField: string, store: MutableShopStore) {
    this.#table = table
    this.#rootField = DOCUMENTED_ELSEWHERE[rootField] ?? rootField
    this.#store = store
  }

  /** Null when nothing is left of the node because its fields were ignored. */
  compile(node: SearchNode): Passes<T> | null {
    switch (node.kind) {
      case 'term':
        return this.#term(node)
      case 'not': {
        const passes = this.compile(node.node)
        return passes && ((record) => !passes(record))
      }
      case 'and': {
        const conditions = this.#all(node.nodes)
        return conditions.length === 0 ? null : (record) => conditions.every((passes) => passes(record))
      }
      case 'or': {
        const conditions = this.#all(node.nodes)
        return conditions.length === 0 ? null : (record) => conditions.some((passes) => passes(record))
      }
    }
  }

  #all(nodes: readonly SearchNode[]): Passes<T>[] {
    return nodes.map((node) => this.compile(node)).filter((passes) => passes !== null)
  }

  #term(term: Term): Passes<T> | null {
    const table = this.#table
    if (term.field === null) return (record) => matchText([table.everywhere(record).join(' ')], term)
    const documented = adminSchema().searchFields(this.#rootField)
    if (!documented.has(term.field)) {
      const metafield = /^metafields\./.test(term.field) && documented.has('metafields.{namespace}.{key}')
      if (metafield) throw notModelled(`searching ${this.#rootField} by metafields`)
      this.warnings.push({ field: term.field, message: 'Invalid search field for this query.', code: 'invalid_field' })
      return null
    }
    const field = table.fields[term.field]
    if (!field) throw notModelled(`searching ${this.#rootField} by ${term.field}`)
    return matchTerm(field, term, { timezone: this.#store.shop.timezone, nowMs: this.#store.now() })
  }
}
