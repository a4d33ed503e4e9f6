import type { SourceNode } from '../resources/resource'
import type { Books } from './books'
import type { Ingested } from './ingest'
import type { SourcePage } from './ports'
import { placeIn, type Window } from './window'

export interface TakenPage {
  /** What the page brought for the copy: nodes of the window and behind its end. */
  nodes: SourceNode[]
  /** What it brought besides. */
  nodesBefore: number
  /** Distinct records that this page was the first to show, by where they lie. */
  before: number
  inside: number
  after: number
  /** Records that an earlier page had shown in an older version. */
  again: number
}

/** Sorts a page by the window's bounds, which the API's filter only hints at. Adds its ids to `seen`. */
export function takePage(page: Pick<SourcePage, 'nodes'>, window: Window, seen: Set<string>): TakenPage {
  const taken: TakenPage = { nodes: [], nodesBefore: 0, before: 0, inside: 0, after: 0, again: 0 }
  for (const node of page.nodes) {
    const known = seen.has(node.id)
    seen.add(node.id)
    const place = placeIn(window, node)
    if (known) taken.again += 1
    else taken[place] += 1
    if (place === 'before') taken.nodesBefore += 1
    else taken.nodes.push(node)
  }
  return taken
}

/** The books with this page in them. `isResumed`: an earlier process has read the pages before. */
export function settle(books: Books, taken: TakenPage, ingested: Ingested, isResumed: boolean): Books {
  return {
    ...books,
    before: books.before + taken.before,
    inside: books.inside + taken.inside,
    after: books.after + taken.after,
    again: books.again + taken.again,
    maybeAgain: books.maybeAgain + (isResumed ? taken.after : 0),
    written: books.written + ingested.written.length,
    unchanged: books.unchanged + ingested.unchanged.length,
    skipped: addCounts(books.skipped, {
      'outside the window': taken.nodesBefore,
      'older than the copy': ingested.stale.length,
      unreadable: ingested.setAside.length,
    }),
  }
}

function addCounts(counts: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) {
  const sum = { ...counts }
  for (const [reason, count] of Object.entries(more)) if (count > 0) sum[reason] = (sum[reason] ?? 0) + count
  return sum
}
