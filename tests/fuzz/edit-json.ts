/** Samples broken as JSON: other values, missing and doubled keys. What JSON.stringify cannot write is written by hand. */
import fc from 'fast-check'

/** Text that stands for a value as it is. */
class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Objects as lists of entries, since a key may come twice. */
type Node = Raw | Node[] | { entries: [key: string, value: Node][] }

const LONG = JSON.stringify('x'.repeat(70_000))
const DEEP = `${'['.repeat(3_000)}${']'.repeat(3_000)}`
const DEEPER = `${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`

const quoted = (...texts: string[]) => texts.map((text) => JSON.stringify(text))
const words = (text: string) => text.trim().split(/\s+/)

const TIMES = `now epoch infinity -infinity 0000-00-00 9999-12-31T23:59:59Z 2026-02-30T00:00:00Z 0000-01-01T00:00:00Z 10:00
  -271821-04-20T00:00:00Z +275760-09-13T00:00:00Z 2026-11-26T10:00:00 2026-11-26T10:00:00+99:99 1969-12-31T23:59:59-14:00
  2026-11-26T24:00:00Z 1e5`
const NUMBERS = `0 -0 -1 1.5 1e400 -1e-400 1e5 1E+2 0.00001 1.0000 9007199254740993 9223372036854775807 9223372036854775808
  123456789012345678901234567890 99999999999999999999.9999 ${'9'.repeat(400)} "12" "-1" "NaN" ""`
const DECIMALS = `NaN Infinity -Infinity 1e5 0x10 1,5 ١٢ .5 5. -0.00 +1 1.23456 1_000 1'000 99999999999999999.99 ${'9'.repeat(300)}`
const TEXTS = `null [] {"a":1} \\ ';--drop 💥 \uffff \u2028 USD usd gid://shopify/Order/1 gid://shopify/Order/ gid://shopify/
  gid://shopify/Order/99999999999999999999`
const ESCAPES = String.raw`"\u0000" "a\u0000b" "\ud800" "\udc00x" "\ud83d\ude00" "\\u0000" "\uD83D" "a\tb" "\u0020"`
const OTHER = `null true false [] {} [[]] [null] [{}] [1,"a",{}] {"id":1} {"__proto__":{"id":1}} {"toString":1} nan
  {"constructor":{"prototype":{}}}`

/** Values that look like the one they replace. */
const ALIKE = {
  time: quoted(...words(TIMES), ''),
  number: words(NUMBERS),
  decimal: [...quoted(...words(DECIMALS), '', ' 12 '), '12', '-1.5', '1e400'],
  text: [...quoted(...words(TEXTS), '', ' '), ...words(ESCAPES)],
}
const OTHERS = [...words(OTHER), LONG, DEEP, DEEPER]

const values = fc.constantFrom(...Object.values(ALIKE).flat(), ...OTHERS)
const keys = fc.constantFrom('__proto__', 'constructor', 'id', 'toString', '', 'hasOwnProperty', 'admin_graphql_api_id')

/** `place`: which of all values, or of the outermost ones, counted round and round. Most columns are outermost. */
export type Edit = { place: number; isOutermost: boolean } & (
  | { kind: 'remove' }
  | { kind: 'replace'; value: string }
  /** By the value of that number among those that look like it. */
  | { kind: 'resemble'; number: number }
  | { kind: 'double'; value: string }
  | { kind: 'add'; key: string; value: string }
)

const at = { place: fc.nat(2_000), isOutermost: fc.boolean() }
export const edits: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('remove' as const), ...at }),
  { arbitrary: fc.record({ kind: fc.constant('replace' as const), ...at, value: values }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant('resemble' as const), ...at, number: fc.nat(1_000) }), weight: 6 },
  fc.record({ kind: fc.constant('double' as const), ...at, value: values }),
  fc.record({ kind: fc.constant('add' as const), ...at, key: keys, value: values }),
)

/** The sample as JSON text, edited. */
export function editedJson(sample: unknown, all: readonly Edit[]): string {
  const root = toNode(sample)
  for (const edit of all) apply(root, edit)
  return write(root)
}

function toNode(value: unknown): Node {
  if (Array.isArray(value)) return value.map(toNode)
  if (typeof value !== 'object' || value === null) return new Raw(JSON.stringify(value))
  return { entries: Object.entries(value).map(([key, member]) => [key, toNode(member)]) }
}

type Slot = { list: Node[]; index: number } | { entries: [string, Node][]; index: number }

/** Where values are: the members of lists and objects. */
function slotsOf(node: Node, isDeep: boolean): Slot[] {
  if (node instanceof Raw) return []
  const inside = (member: Node) => (isDeep ? slotsOf(member, true) : [])
  if (Array.isArray(node)) return node.flatMap((member, index) => [{ list: node, index }, ...inside(member)])
  const { entries } = node
  return entries.flatMap(([, member], index) => [{ entries, index }, ...inside(member)])
}

function apply(root: Node, edit: Edit): void {
  const slots = slotsOf(root, !edit.isOutermost)
  const slot = slots[edit.place % Math.max(slots.length, 1)]
  if (slot === undefined) return
  const [key, old] = 'list' in slot ? ['', slot.list[slot.index]!] : slot.entries[slot.index]!
  const value = new Raw(
    'value' in edit ? edit.value : edit.kind === 'resemble' ? resembling(key, old, edit.number) : '',
  )
  if ('list' in slot) {
    if (edit.kind === 'remove') slot.list.splice(slot.index, 1)
    else if (edit.kind === 'replace' || edit.kind === 'resemble') slot.list[slot.index] = value
    else slot.list.push(value)
    return
  }
  if (edit.kind === 'remove') slot.entries.splice(slot.index, 1)
  else if (edit.kind === 'replace' || edit.kind === 'resemble') slot.entries[slot.index] = [key, value]
  else slot.entries.push([edit.kind === 'add' ? edit.key : key, value])
}

function resembling(key: string, old: Node, number: number): string {
  const text = old instanceof Raw ? old.text : ''
  const alike = /_at$/.test(key) ? 'time' : /^"-?\d/.test(text) ? 'decimal' : /^\d/.test(text) ? 'number' : 'text'
  const list = old instanceof Raw ? ALIKE[alike] : OTHERS
  return list[number % list.length]!
}

function write(node: Node): string {
  if (node instanceof Raw) return node.text
  if (Array.isArray(node)) return `[${node.map(write).join()}]`
  return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join()}}`
}
