import type { Comparison, TableComparison } from './compare-shop.ts'

const headings = ['resource', 'in Shopify', 'in the copy', 'missing', 'extra', 'different'] as const

/** The comparison as a table in plain text, with the places of what is wrong under it. */
export function comparisonLines({ tables }: Comparison): string[] {
  const rows = [headings as readonly string[], ...tables.map(cells)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  const examples = tables.flatMap((table) => table.examples.map(({ id, what }) => `  ${table.table} ${id}: ${what}`))
  return [...rows.map(line), ...(examples.length > 0 ? ['', 'For example:', ...examples] : [])]
}

const cells = ({ table, inShop, inCopy, missing, extra, different }: TableComparison): string[] => [
  table,
  ...[inShop, inCopy, missing, extra, different].map((count) => count.toLocaleString('en')),
]
