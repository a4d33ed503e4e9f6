/**
 * Readers of single values, shared by both normalizers so that a value comes out the same whichever channel brought it.
 * Each throws UnreadableRecord with the field's name when the value has another form than Shopify documents.
 */
import { UnreadableRecord } from './resource'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/
/** An instant that needs no look at the calendar: the day is in every month. */
const PLAIN_INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-4]):?[0-5]\d)$/
const PLAIN_DECIMAL = /^-?\d{1,16}(?:\.\d{0,3}[1-9])?$/
const PLAIN_ID = /^(?:gid:\/\/shopify\/\w+\/)?([1-9]\d{0,17})$/
const DECIMAL = /^-?\d{1,16}(\.\d{1,4}0*)?$/
const INTEGER = /^-?\d+$/
/** What PostgreSQL's bigint holds. */
const LARGEST_ID = 2n ** 63n - 1n

/**
 * Digits of a numeric id of 63 bits, without leading zeros: from a gid, a bigint, a safe integer or a string of digits.
 */
export function idOf(value: unknown, field: string): string {
  // Bulk results have millions of ids: the usual form is read at once.
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return String(value)
  const plain = typeof value === 'string' ? PLAIN_ID.exec(value) : null
  if (plain !== null) return plain[1]!
  const text = typeof value === 'string' ? value.replace(/^gid:\/\/shopify\/\w+\//, '').replace(/\?.*$/, '') : value
  const id = numberOf(text)
  if (id === null || id < 0n || id > LARGEST_ID) throw new UnreadableRecord(`${field} is not an id`)
  return id.toString()
}

function numberOf(value: unknown): bigint | null {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : null
  return typeof value === 'string' && /^\d{1,30}$/.test(value) ? BigInt(value) : null
}

export function optionalId(value: unknown, field: string): string | null {
  return value === null || value === undefined ? null : idOf(value, field)
}

/** Text as the source has it; null when absent. */
export function textOf(value: unknown, field: string): string | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'string') throw new UnreadableRecord(`${field} is not text`)
  // PostgreSQL cannot store U+0000 in text, and half a surrogate pair is no character: it would refuse the whole page.
  return (value.includes('\u0000') ? value.replaceAll('\u0000', '') : value).toWellFormed()
}

/** Text where REST says "" and GraphQL null for the same emptiness, such as an order's e-mail address. */
export function filledText(value: unknown, field: string): string | null {
  return textOf(value, field) || null
}

/** A status word in the upper case of GraphQL's enums. */
export function wordOf(value: unknown, field: string): string | null {
  return textOf(value, field)?.toUpperCase() ?? null
}

/** Money or another decimal, as text that fits numeric(20,4). REST says "12.00" where GraphQL says "12.0". */
export function decimalOf(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string' && PLAIN_DECIMAL.test(value)) return value
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (!DECIMAL.test(text)) throw new UnreadableRecord(`${field} is not a decimal with at most four places`)
  return canonicalDecimal(text)
}

function canonicalDecimal(text: string): string {
  if (!text.includes('.')) return text
  let end = text.length
  while (text[end - 1] === '0') end -= 1
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end)
}

export function integerOf(value: unknown, field: string): number | null {
  if (value === null || value === undefined) return null
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) > 2_147_483_647) {
    throw new UnreadableRecord(`${field} is not a whole number of 32 bits`)
  }
  return number
}

export function booleanOf(value: unknown, field: string): boolean | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'boolean') throw new UnreadableRecord(`${field} is not true or false`)
  return value
}

/** An instant, ISO 8601 with an offset as the source wrote it: REST gives the shop's offset, GraphQL UTC. */
export function timeOf(value: unknown, field: string): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string' && PLAIN_INSTANT.test(value)) return value
  if (typeof value !== 'string' || !INSTANT.test(value) || !isInCalendar(value)) {
    throw new UnreadableRecord(`${field} is not a time`)
  }
  return value
}

/** JavaScript takes 30 February for 2 March; PostgreSQL refuses it, and with it the whole page. */
function isInCalendar(text: string): boolean {
  const local = new Date(`${text.slice(0, 19)}Z`)
  if (Number.isNaN(local.getTime()) || Number.isNaN(Date.parse(text))) return false
  return local.toISOString().slice(0, 19) === text.slice(0, 19)
}

/** Tags in the source's order. REST gives one string with commas, GraphQL a list. */
export function tagsOf(value: unknown, field: string): string[] {
  const list = typeof value === 'string' ? value.split(',') : (value ?? [])
  if (!Array.isArray(list)) throw new UnreadableRecord(`${field} is not a list of tags`)
  return list.map((tag) => textOf(typeof tag === 'string' ? tag.trim() : tag, field)).filter((tag) => !!tag) as string[]
}

/** A value that a row cannot do without. */
export function required<T>(value: T | null, field: string): T {
  if (value === null) throw new UnreadableRecord(`${field} is missing`)
  return value
}

/** An object, or null when absent. */
export function objectOf(value: unknown, field: string): Readonly<Record<string, unknown>> | null {
  if (value === null || value === undefined) return null
  if (typeof value !== 'object' || Array.isArray(value)) throw new UnreadableRecord(`${field} is not an object`)
  return value as Readonly<Record<string, unknown>>
}

/** A list of objects. Absent is an error: an empty list would delete what the copy has. */
export function objectsOf(value: unknown, field: string): Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) throw new UnreadableRecord(`${field} is not a list`)
  return value.map((item) => required(objectOf(item, field), field))
}
