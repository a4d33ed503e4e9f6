const pageSize = 25

export interface ListPage<Row> {
  rows: Row[]
  total: number
  page: number
  pages: number
}

/** One page of the records in which every word of the search occurs, what changed last first. */
export function listPage<Row extends { id: string; updatedAt: string }>(
  records: Iterable<Row>,
  { search, page }: { search: string; page: number },
  textOf: (row: Row) => (string | null)[],
): ListPage<Row> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = [...records].filter((row) => {
    const text = [row.id, ...textOf(row)].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
  found.sort((a, b) => compare(b.updatedAt, a.updatedAt) || b.id.length - a.id.length || compare(b.id, a.id))
  const pages = Math.max(1, Math.ceil(found.length / pageSize))
  const shown = Math.min(page, pages)
  return { rows: found.slice((shown - 1) * pageSize, shown * pageSize), total: found.length, page: shown, pages }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
