/**
 * Kinds of columns. Each brings what the shop has and what the copy holds into one text form, so that two values are
 * equal when their texts are. Nothing goes through a JavaScript number that need not: ids and money keep every digit.
 */
import type { ShopStore } from '../../sandbox/contract.ts'
import type { AddressRecord, Decimal, Id, Timestamp } from '../../sandbox/model.ts'

/** `null` is SQL's NULL. */
export type Text = string | null

export interface Column<Source> {
  /** SQL that gives the column as text. */
  select: (name: string) => string
  /** One form for texts of PostgreSQL that mean the same. */
  canonical: (text: string) => string
  /** The values that are right, in canonical form: one, unless the source itself may answer differently. */
  accepted: (source: Source, shop: ShopStore) => readonly Text[]
  /** Whether two canonical texts have the same parts in another order. Absent: the kind has no parts. */
  isReordered?: (one: string, other: string) => boolean
  /** Whether only webhooks carry it, so that a row which a pull wrote last may be behind in it. Absent: pulls do as well. */
  needsWebhook?: true
  /** Whether Shopify's webhooks do not carry it, so that only a pull can bring it. Absent: they do. */
  needsPull?: (source: Source) => boolean
}

type Read<Source, Value> = (source: Source, shop: ShopStore) => Value | null

const asText = (name: string) => `${name}::text`
const asItIs = (text: string) => text

function column<Source, Value>(
  read: Read<Source, Value>,
  write: (value: Value) => string,
  select: Column<Source>['select'] = asText,
  canonical: Column<Source>['canonical'] = asItIs,
): Column<Source> {
  const accepted = (source: Source, shop: ShopStore) => {
    const value = read(source, shop)
    return [value === null ? null : write(value)]
  }
  return { select, canonical, accepted }
}

export const text = <Source>(read: Read<Source, string>) => column(read, asItIs)
export const id = <Source>(read: Read<Source, Id>) => column(read, asItIs)
export const integer = <Source>(read: Read<Source, number>) => column(read, String)
export const boolean = <Source>(read: Read<Source, boolean>) => column(read, String)

/** Marks a column that no webhook carries, or not always. */
export const byPull = <Source>(one: Column<Source>, needsPull: (source: Source) => boolean = () => true) => ({
  ...one,
  needsPull,
})

/** Marks a column that no pull carries. */
export const byWebhook = <Source>(one: Column<Source>): Column<Source> => ({ ...one, needsWebhook: true })

/** True or false: whichever channel wrote last decides. */
export const either = <Source>(): Column<Source> => ({
  select: asText,
  canonical: asItIs,
  accepted: () => ['true', 'false'],
})

/** An exact decimal: 12.5 and 12.5000 are the same, 12.5 and 12.5001 are not. */
export const money = <Source>(read: Read<Source, Decimal>) => column(read, withoutPadding, asText, withoutPadding)

/** An instant, to the microsecond that PostgreSQL keeps. */
export const instant = <Source>(read: Read<Source, Timestamp>) =>
  column(
    read,
    (time) => new Date(time).toISOString().replace('Z', '000Z'),
    (name) => `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
  )

/** A list whose order counts. */
export function tags<Source>(read: Read<Source, readonly string[]>): Column<Source> {
  const select = (name: string) => `array_to_json(${name})::text`
  const canonical = (json: string) => JSON.stringify(JSON.parse(json))
  const sorted = (json: string) => JSON.stringify((JSON.parse(json) as unknown[]).sort())
  const list = column(read, (parts: readonly string[]) => JSON.stringify(parts), select, canonical)
  return { ...list, isReordered: (one, other) => sorted(one) === sorted(other) }
}

/** A JSON object with exactly the twelve keys of an address. */
export const address = <Source>(read: Read<Source, AddressRecord>) =>
  column(
    read,
    (record) => sortedJson(addressKeys(record)),
    asText,
    (json) => sortedJson(JSON.parse(json)),
  )

/** An id that the source answers as null once the record behind it is gone: then either is right. */
export function idWhileItExists<Source>(
  read: Read<Source, Id>,
  exists: (source: Source, shop: ShopStore) => boolean,
): Column<Source> {
  const accepted = (source: Source, shop: ShopStore) => {
    const value = read(source, shop)
    return value === null || exists(source, shop) ? [value] : [value, null]
  }
  return { ...id(read), accepted }
}

/** A line as carts and checkouts have it in JSON, money as text. */
export interface JsonLine {
  id: string | null
  product_id: Id | null
  variant_id: Id | null
  title: string
  variant_title: string | null
  sku: string | null
  quantity: number
  price: Decimal
}

/** A list of lines in their order. The source answers null for products and variants that are gone: then either is right. */
export const jsonLines = <Source>(read: (source: Source) => readonly JsonLine[]): Column<Source> => ({
  select: asText,
  canonical: (json) => linesText(JSON.parse(json) as Record<string, unknown>[]),
  accepted: (source, shop) => {
    const lines = read(source)
    return subsetsOf(goneFrom(lines, shop)).map((gone) => linesText(lines.map((line) => without(line, gone))))
  },
})

/** At most so many: each doubles the number of right answers. */
const mostGone = 10

function goneFrom(lines: readonly JsonLine[], { products }: ShopStore): Id[] {
  const variants = new Set([...products.values()].flatMap((product) => product.variants.map((variant) => variant.id)))
  const gone = lines.flatMap(({ product_id, variant_id }) => [
    ...(product_id !== null && !products.has(product_id) ? [product_id] : []),
    ...(variant_id !== null && !variants.has(variant_id) ? [variant_id] : []),
  ])
  return [...new Set(gone)].slice(0, mostGone)
}

function subsetsOf(ids: readonly Id[]): ReadonlySet<Id>[] {
  return ids.reduce<ReadonlySet<Id>[]>(
    (subsets, id) => [...subsets, ...subsets.map((subset) => new Set([...subset, id]))],
    [new Set()],
  )
}

function without(line: JsonLine, gone: ReadonlySet<Id>): JsonLine {
  const known = (id: Id | null) => (id !== null && gone.has(id) ? null : id)
  return { ...line, product_id: known(line.product_id), variant_id: known(line.variant_id) }
}

function linesText(lines: readonly object[]): string {
  const plain = (line: { price?: unknown }) =>
    typeof line.price === 'string' ? { ...line, price: withoutPadding(line.price) } : line
  return `[${lines.map((line) => sortedJson(plain(line))).join()}]`
}

function withoutPadding(decimal: string): string {
  const match = /^(-?)0*(\d+)(?:\.(\d*?)0*)?$/.exec(decimal)
  if (!match) return decimal
  const [, sign = '', whole = '', places = ''] = match
  const digits = places === '' ? whole : `${whole}.${places}`
  return digits === '0' ? digits : sign + digits
}

function addressKeys(record: AddressRecord): Record<string, string | null> {
  return {
    first_name: record.firstName,
    last_name: record.lastName,
    company: record.company,
    address1: record.address1,
    address2: record.address2,
    city: record.city,
    province: record.province,
    province_code: record.provinceCode,
    country: record.country,
    country_code: record.countryCode,
    zip: record.zip,
    phone: record.phone,
  }
}

function sortedJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
