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
  const entries = Object.entries(columns)
  return (row) => {
    let line = ''
    for (const [column, type] of entries) line += `\t${copyValue(row[column], type)}`
    return line.slice(1)
  }
}
