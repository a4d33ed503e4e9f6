import { badRequest } from '../errors.ts'

export type Comparator = '=' | '>' | '>=' | '<' | '<='

/** One condition. Without a field it is looked for in several fields of the record. */
export interface Term {
  kind: 'term'
  field: string | null
  comparator: Comparator
  value: string
  /** Was in quotes: a phrase, in which nothing has a special meaning. */
  quoted: boolean
}

export type SearchNode =
  Term | { kind: 'and'; nodes: SearchNode[] } | { kind: 'or'; nodes: SearchNode[] } | { kind: 'not'; node: SearchNode }

/**
 * Reads a `query` argument by Shopify's grammar (https://shopify.dev/docs/api/usage/search-syntax): terms joined by
 * AND (or nothing) and OR, AND before OR, parentheses, `-` and NOT, quotes, comparators. Null when it is blank.
 *
 * Stricter than Shopify where the page asks for quotes or escapes: a bare value with a colon in it, such as a time,
 * is refused, because what Shopify makes of one is not documented.
 */
export function parseSearch(text: string): SearchNode | null {
  const reader = new SearchReader(text)
  return reader.atEnd() ? null : reader.whole()
}

class SearchReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  atEnd(): boolean {
    this.#skipSpace()
    return this.#at >= this.#text.length
  }

  whole(): SearchNode {
    const node = this.#alternatives()
    if (!this.atEnd()) throw this.#unreadable()
    return node
  }

  #alternatives(): SearchNode {
    const nodes = [this.#conjunction()]
    while (this.#word('OR')) nodes.push(this.#conjunction())
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'or', nodes }
  }

  #conjunction(): SearchNode {
    const nodes = [this.#modified()]
    while (this.#word('AND') || this.#anotherFollows()) nodes.push(this.#modified())
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'and', nodes }
  }

  #anotherFollows(): boolean {
    return !this.atEnd() && this.#text[this.#at] !== ')' && !/^OR(?=[\s(]|$)/.test(this.#text.slice(this.#at))
  }

  #modified(): SearchNode {
    if (this.#word('NOT') || this.#symbol('-')) return { kind: 'not', node: this.#modified() }
    if (!this.#symbol('(')) return this.#term()
    const node = this.#alternatives()
    this.#skipSpace()
    if (!this.#symbol(')')) throw this.#unreadable()
    return node
  }

  #term(): Term {
    const start = this.#value()
    if (start.quoted || this.#text[this.#at] !== ':')
      return { kind: 'term', field: null, comparator: '=', value: start.value, quoted: start.quoted }
    this.#at++
    this.#skipSpace()
    const comparator = (/^(?:>=|<=|>|<)/.exec(this.#text.slice(this.#at))?.[0] ?? '=') as Comparator
    if (comparator !== '=') this.#at += comparator.length
    this.#skipSpace()
    const { value, quoted } = this.#value()
    if (!quoted && this.#text[this.#at] === ':')
      throw badRequest(`a search value with a colon needs quotes: ${this.#text}`)
    return { kind: 'term', field: start.value.toLowerCase(), comparator, value, quoted }
  }

  #value(): { value: string; quoted: boolean } {
    this.#skipSpace()
    const quote = this.#text[this.#at]
    const quoted = quote === '"' || quote === "'"
    if (quoted) this.#at++
    let value = ''
    for (;;) {
      const letter = this.#text[this.#at]
      if (letter === undefined) {
        if (quoted) throw this.#unreadable()
        break
      }
      if (quoted ? letter === quote : /[\s():]/.test(letter)) break
      this.#at++
      value += letter === '\\' ? (this.#text[this.#at++] ?? '') : letter
    }
    if (quoted) this.#at++
    if (!quoted && value === '') throw this.#unreadable()
    return { value, quoted }
  }

  #word(word: string): boolean {
    this.#skipSpace()
    const rest = this.#text.slice(this.#at)
    if (!rest.startsWith(word) || !/^[\s(]/.test(rest.slice(word.length))) return false
    this.#at += word.length
    return true
  }

  #symbol(symbol: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== symbol) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #unreadable(): Error {
    return badRequest(`the search cannot be read from character ${this.#at + 1} on: ${this.#text}`)
  }
}
