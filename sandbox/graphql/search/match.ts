import { badRequest } from '../errors.ts'
import { compareIds } from '../ids.ts'
import type { Comparator, Term } from './parse.ts'
import { readTimeSpan, wholeDays } from './time-span.ts'

/** How the values of one search field are compared. A record may have several values, or none. */
export type SearchField<T> =
  | { kind: 'time' | 'day'; get: (record: T) => string | null }
  | { kind: 'id'; get: (record: T) => (string | null)[] }
  | { kind: 'number'; get: (record: T) => number[] }
  | { kind: 'boolean'; get: (record: T) => boolean }
  /** Found by any of its words; a quoted phrase by the words in a row. */
  | { kind: 'text'; get: (record: T) => (string | null)[] }
  /** Found as a whole, whatever the case. Commas separate alternatives. */
  | { kind: 'keyword'; get: (record: T) => (string | null)[] }
  /** A fixed vocabulary: each word is a condition of its own. */
  | { kind: 'words'; words: Record<string, (record: T) => boolean> }
  | { kind: 'none of'; field: SearchField<T> }

export interface SearchClock {
  timezone: string
  nowMs: number
}

type Passes<T> = (record: T) => boolean

/** The condition that a term puts on a record. Throws when the value or the comparator makes no sense for the field. */
export function matchTerm<T>(field: SearchField<T>, term: Term, clock: SearchClock): Passes<T> {
  switch (field.kind) {
    case 'time':
    case 'day':
      return matchTime(field, term, clock)
    case 'id':
      return matchId(field.get, term)
    case 'number':
      return matchNumber(field.get, term)
    case 'none of': {
      const has = matchTerm(field.field, term, clock)
      return (record) => !has(record)
    }
  }
  if (term.comparator !== '=') throw badRequest(`${term.field} cannot be compared by ${term.comparator}`)
  switch (field.kind) {
    case 'boolean': {
      const wanted = oneOf(term, { true: true, false: false })
      return (record) => field.get(record) === wanted
    }
    case 'words':
      return anyOf(term.value.split(',').map((word) => oneOf({ ...term, value: word.trim() }, field.words)))
    case 'keyword':
      return matchKeyword(field.get, term)
    case 'text':
      return (record) => matchText(field.get(record), term)
  }
}

/** Words of a text, folded, as a search takes them apart. */
export function matchText(values: readonly (string | null)[], term: Term): boolean {
  if (!term.quoted && term.value === '*') return values.some((value) => value !== null && value !== '')
  const wanted = wordsOf(term.value)
  return values.some((value) => {
    const words = wordsOf(value ?? '')
    if (term.quoted) return ` ${words.join(' ')} `.includes(` ${wanted.join(' ')} `)
    if (!term.value.endsWith('*')) return wanted.every((word) => words.includes(word))
    const last = wanted.at(-1) ?? ''
    return wanted.slice(0, -1).every((word) => words.includes(word)) && words.some((word) => word.startsWith(last))
  })
}

function matchTime<T>(
  { kind, get }: { kind: 'time' | 'day'; get: (record: T) => string | null },
  term: Term,
  clock: SearchClock,
): Passes<T> {
  if (term.value === '*') return (record) => get(record) !== null
  const named = readTimeSpan(term.value, clock.timezone, clock.nowMs)
  const span = kind === 'day' ? wholeDays(named, clock.timezone) : named
  const fits: Record<Comparator, (ms: number) => boolean> = {
    '=': (ms) => ms >= span.fromMs && ms < span.toMs,
    '>': (ms) => ms >= span.toMs,
    '>=': (ms) => ms >= span.fromMs,
    '<': (ms) => ms < span.fromMs,
    '<=': (ms) => ms < span.toMs,
  }
  const fit = fits[term.comparator]
  return (record) => {
    const value = get(record)
    return value !== null && fit(Date.parse(value))
  }
}

function matchId<T>(get: (record: T) => (string | null)[], term: Term): Passes<T> {
  const ids = term.value.split(',').map((id) => id.trim())
  if (ids.some((id) => !/^\d+$/.test(id)))
    throw badRequest(`${term.field} is searched by numeric ids, not by ${term.value}`)
  return (record) =>
    get(record).some((id) => id !== null && ids.some((wanted) => compares(compareIds(id, wanted), term.comparator)))
}

function matchNumber<T>(get: (record: T) => number[], term: Term): Passes<T> {
  const [low = NaN, high] = term.value.split('..').map((part) => (part.trim() === '' ? NaN : Number(part)))
  if (Number.isNaN(low) || Number.isNaN(high ?? 0))
    throw badRequest(`${term.field} is searched by numbers, not by ${term.value}`)
  if (high !== undefined) return (record) => get(record).some((value) => value >= low && value <= high)
  return (record) => get(record).some((value) => compares(value - low, term.comparator))
}

function matchKeyword<T>(get: (record: T) => (string | null)[], term: Term): Passes<T> {
  if (!term.quoted && term.value === '*') return (record) => get(record).some((value) => value !== null && value !== '')
  const wanted = term.value.split(',').map((value) => value.trim().toLowerCase())
  return (record) =>
    get(record).some((value) => {
      const folded = value?.toLowerCase()
      if (folded === undefined) return false
      return wanted.some((one) =>
        !term.quoted && one.endsWith('*') ? folded.startsWith(one.slice(0, -1)) : folded === one,
      )
    })
}

function compares(difference: number, comparator: Comparator): boolean {
  if (difference === 0) return comparator === '=' || comparator === '>=' || comparator === '<='
  return difference > 0 ? comparator === '>' || comparator === '>=' : comparator === '<' || comparator === '<='
}

function oneOf<Value>(term: Term, vocabulary: Record<string, Value>): Value {
  const word = term.value.toLowerCase()
  const value = Object.hasOwn(vocabulary, word) ? vocabulary[word] : undefined
  if (value === undefined)
    throw badRequest(`${term.field} knows ${Object.keys(vocabulary).join(', ')}, not ${term.value}`)
  return value
}

function anyOf<T>(conditions: readonly Passes<T>[]): Passes<T> {
  return (record) => conditions.some((passes) => passes(record))
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{Letter}\p{Mark}\p{Number}]+/gu) ?? []
}
