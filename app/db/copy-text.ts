/** Rows in the text format of COPY (https://www.postgresql.org/docs/current/sql-copy.html): tabs between, \N for null. */
import type { ColumnType, Row } from '../resources/resource'

const SPECIAL = /[\\\t\n\r]/
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!) : text
}

/** `{"a","b"}`, as PostgreSQL reads arrays of text. */
function arrayLiteral(list: readonly string[]): string {
  return `{${list.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}

function copyValue(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return '\\N'
  switch (type) {
    case 'text':
      return escaped(value as string)
    case 'text[]':
      return escaped(arrayLiteral(value as string[]))
    case 'jsonb':
      return escaped(JSON.stringify(value))
    default:
      // Digits, times, true and false need no escape.
      return typeof value === 'string' ? value : JSON.stringify(value)
  }
}

/** A writer of the columns' values in their order, without the end of the line. An absent column is null. */
export function copyLineOf(columns: Readonly<Record<string, ColumnType>>): (row: Row) => string {
  const [first, ...others] = Object.entries(columns)
  if (first === undefined) return () => ''
  return (row) => {
    let line = copyValue(row[first[0]], first[1])
    for (const [column, type] of others) line += `\t${copyValue(row[column], type)}`
    return line
  }
}

/** Lines of one COPY, encoded as they come: no text outlives its line, and the memory is used again. */
export interface CopyLines {
  readonly bytes: number
  /** Two parts of a line that ends with them. */
  write(head: string, tail: string): void
  /** What was written since, valid until the call after the next. */
  take(): Buffer
}

const FIRST_BYTES = 1 << 14
const NEWLINE = 10
/** What a UTF-16 unit takes at most in UTF-8. */
const BYTES_OF_UNIT = 3

export function createCopyLines(): CopyLines {
  let buffer: Buffer = Buffer.alloc(0)
  let other: Buffer = Buffer.alloc(0)
  let used = 0

  function makeRoom(bytes: number): void {
    const room = Math.max(buffer.length, FIRST_BYTES)
    buffer = Buffer.concat([buffer.subarray(0, used)], used + bytes > room ? (used + bytes) * 2 : room)
  }

  return {
    get bytes() {
      return used
    },
    write(head, tail) {
      const most = (head.length + tail.length) * BYTES_OF_UNIT + 1
      if (used + most > buffer.length) makeRoom(most)
      used += buffer.write(head, used)
      used += buffer.write(tail, used)
      buffer[used] = NEWLINE
      used += 1
    },
    take() {
      const written = buffer.subarray(0, used)
      ;[buffer, other] = [other, buffer]
      used = 0
      return written
    },
  }
}
