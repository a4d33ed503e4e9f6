/** One run: everything of one resource of one shop that changed since the watermark, or all of it, page by page. */
import type { Resource } from '../resources/resource'
import { type Books, countedIn, imbalance, openBooks } from './books'
import type { Checkpoint } from './checkpoint'
import { ingest, normalizeNodes } from './ingest'
import { FIRST_PAGE, nextPageSize } from './page-size'
import type { PullTarget, RunPort, SourceOpening, SourcePage, SourcePort, Trigger } from './ports'
import { LARGEST_WINDOW, splitWindow } from './split-window'
import { type Known, sweep } from './sweep'
import { settle, takePage } from './take-page'
import { countFilter, readFilter, type Window, windowFor, windowStart } from './window'

export interface RunRequest {
  shopId: string
  resource: Resource
  trigger: Trigger
  /** Read everything again, whatever the watermark says. */
  force: boolean
  /** So many records, or more, are not begun to be read from the beginning page by page. Default: any number is. */
  mostByPages?: number
  /** A window with more records is split. Default: as many as a list of Shopify's can be trusted to show. */
  largestWindow?: number
}

export interface RunPorts {
  source: SourcePort
  runs: RunPort
  /** Ends the run after the page it is at; the next one goes on there. */
  stopping: AbortSignal
  /** The kind of an error of the source, or null for a bug. */
  kindOf: (error: unknown) => 'retryable' | 'permanent' | 'needs-reauthorisation' | 'too-dear' | null
}

export type RunOutcome =
  /** `unfinished`: why looking for what a window cannot show was given up, if it was; the next run looks again. */
  | {
      outcome: 'succeeded'
      runId: string
      books: Books
      unfinished: string | null
      /** There was too much for one run: the next one, which should follow at once, goes on. */
      hasRest: boolean
    }
  | { outcome: 'interrupted'; runId: string | null }
  /** Nothing was begun: there is more to read than `mostByPages`. */
  | { outcome: 'too-many'; runId: null }
  | { outcome: 'failed'; runId: string | null; reason: string; retry: boolean }

/** Throws only when the database fails or the code has a bug; the run's log is closed in any case. */
export async function run(request: RunRequest, ports: RunPorts): Promise<RunOutcome> {
  let runId: string | null = null
  try {
    const { watermark, checkpoint } = await ports.runs.state()
    const isResumed = checkpoint !== null && !request.force
    const start = isResumed ? { checkpoint, opening: null } : await openRun(request, ports, watermark)
    if (start === 'too-many') return { outcome: 'too-many', runId: null }
    runId = await ports.runs.begin(request.trigger, start.checkpoint)
    const target: PullTarget = { shopId: request.shopId, resource: request.resource, channel: 'pull', runId }
    return await readPages(target, runId, start, ports)
  } catch (error) {
    const kind = ports.kindOf(error)
    const reason = error instanceof Error && kind !== null ? error.message : 'An error inside Lockstep ended the run.'
    // The stop of the process ends requests as well.
    if (ports.stopping.aborted && kind === 'retryable') {
      if (runId !== null) await ports.runs.interrupt(runId)
      return { outcome: 'interrupted', runId }
    }
    runId ??= await ports.runs.begin(request.trigger, null)
    await ports.runs.fail(runId, reason, kind !== 'permanent')
    if (kind === null) throw error
    return { outcome: 'failed', runId, reason, retry: kind === 'retryable' }
  }
}

interface Start {
  checkpoint: Checkpoint
  /** The first page, which came with the counts; null where a run goes on from a checkpoint. */
  opening: (SourceOpening & { size: number }) | null
}

/** Learns in one request what time it is at Shopify, how much there is to read, and the first page of it. */
async function openRun(request: RunRequest, ports: RunPorts, watermark: Date | null): Promise<Start | 'too-many'> {
  const { resource, force, mostByPages = Infinity, largestWindow = LARGEST_WINDOW } = request
  const filter = readFilter(resource, { from: windowStart(resource, watermark, force) })
  const opening = await inSmallerPages(FIRST_PAGE, ports, (size) => ports.source.open(resource, filter, size))
  const window = windowFor(resource, watermark, opening.observedAt, force)
  if (window.mode === 'backfill' && opening.matching.count >= mostByPages) return 'too-many'
  if (opening.matching.count > largestWindow) {
    const wish = { window, watermark: force ? null : watermark, most: largestWindow }
    return splitRun(resource, wish, opening.size, ports)
  }
  const books = openBooks(countOfWindow(resource, window, opening), opening.matching.exact)
  return { checkpoint: { ...window, isSplit: false, cursor: null, pageSize: opening.size, books }, opening }
}

async function splitRun(
  resource: Resource,
  wish: Parameters<typeof splitWindow>[0],
  pageSize: number,
  { source }: RunPorts,
): Promise<Start> {
  const count = (part: Window) => source.count(resource, countFilter(resource, part))
  const part = await splitWindow(wish, resource, count)
  const said = await count(part)
  const books = openBooks(said.count, said.exact)
  return { checkpoint: { ...part, isSplit: part.isSplit ?? false, cursor: null, pageSize, books }, opening: null }
}

/**
 * What matches the filter, and may lie behind the window's end: what one page shows of that is left out. On further pages
 * it is what was updated in the second that is going on; then the count is a bit high, as an upper bound may be.
 */
function countOfWindow(resource: Resource, window: Window, { matching, hasNextPage, nodes }: SourceOpening): number {
  if (hasNextPage || resource.filterPrecision === 'day') return matching.count
  const { before, after } = takePage({ nodes }, window, new Set())
  return matching.count - before - after
}

async function readPages(target: PullTarget, runId: string, start: Start, ports: RunPorts): Promise<RunOutcome> {
  const { source, runs, stopping } = ports
  // Ids read by this process: a record that is updated meanwhile comes a second time and counts once.
  const seen = new Set<string>()
  const isResumed = start.checkpoint.cursor !== null
  let { checkpoint, opening } = start
  while (!stopping.aborted) {
    const page = opening ?? (await readPage(target.resource, checkpoint, ports))
    opening = null
    const taken = takePage(page, checkpoint, seen)
    const moved = {
      ...checkpoint,
      cursor: page.endCursor,
      pageSize: nextPageSize(page.nodes.length === 0 ? checkpoint.pageSize : page.size, page.requestedCost),
    }
    const { records, unreadable } = normalizeNodes(target, taken.nodes, page.observedAt)
    if (page.hasNextPage) {
      checkpoint = await runs.storePage(runId, async (copy) => ({
        ...moved,
        books: settle(checkpoint.books, taken, await ingest(copy, { target, records, unreadable }), isResumed),
      }))
      continue
    }
    const said = await countAgain(target.resource, checkpoint, taken, source)
    const last = await runs.complete(runId, async (copy) => {
      const ingested = await ingest(copy, { target, records, unreadable })
      const books = { ...settle(checkpoint.books, taken, ingested, isResumed), ...said }
      return { checkpoint: { ...moved, books }, imbalance: imbalance(books, target.resource) }
    })
    if (last.imbalance !== null) return { outcome: 'failed', runId, reason: last.imbalance, retry: true }
    const hasRest = checkpoint.isSplit
    const all = page === start.opening ? start.opening.all : null
    // Before the rest is read, the copy need not have as many records as Shopify.
    const unfinished = hasRest ? null : await lookFurther(target, runId, { all, since: checkpoint.from }, ports)
    return { outcome: 'succeeded', runId, books: last.checkpoint.books, unfinished, hasRest }
  }
  await runs.interrupt(runId)
  return { outcome: 'interrupted', runId }
}

const readPage = (
  resource: Resource,
  checkpoint: Checkpoint,
  ports: RunPorts,
): Promise<SourcePage & { size: number }> =>
  inSmallerPages(checkpoint.pageSize, ports, (size) =>
    ports.source.page(resource, readFilter(resource, checkpoint), checkpoint.cursor, size),
  )

/** A page that costs more than Shopify allows is asked for again at half its size. */
async function inSmallerPages<Page>(size: number, { kindOf }: RunPorts, read: (size: number) => Promise<Page>) {
  for (; ; size = Math.floor(size / 2)) {
    try {
      return { ...(await read(size)), size }
    } catch (error) {
      if (kindOf(error) !== 'too-dear' || size === 1) throw error
    }
  }
}

/** Shopify's count after reading, where the one before does not agree with what was read. */
async function countAgain(
  resource: Resource,
  checkpoint: Checkpoint,
  taken: ReturnType<typeof takePage>,
  source: SourcePort,
): Promise<Pick<Books, 'saidAfter' | 'exact'>> {
  const { books } = checkpoint
  const counted = countedIn(
    { before: books.before + taken.before, inside: books.inside + taken.inside, after: books.after + taken.after },
    resource,
  )
  if (counted === books.said) return { saidAfter: null, exact: books.exact }
  const { count, exact } = await source.count(resource, countFilter(resource, checkpoint))
  return { saidAfter: count, exact: books.exact && exact }
}

/** After the window is stored: what was set aside, and what vanished. What fails here does not undo the run. */
async function lookFurther(target: PullTarget, runId: string, known: Known, ports: RunPorts): Promise<string | null> {
  try {
    await retrySetAside(target, ports.source, ports.runs)
    // Where Shopify lists only some of the records, nothing follows from one that it does not list.
    if (target.resource.completeness !== 'A') return null
    await ports.runs.noteCounts(runId, await sweep(target, known, ports.source, ports.runs))
    return null
  } catch (error) {
    if (ports.kindOf(error) === null) throw error
    return (error as Error).message
  }
}

/** What was set aside gets another chance with each run: what was wrong may have been mended in the shop or here. */
async function retrySetAside(target: PullTarget, source: SourcePort, runs: RunPort): Promise<void> {
  const ids = (await runs.setAsideIds()).filter((id) => /^\d+$/.test(id))
  if (ids.length === 0) return
  const { nodes, observedAt } = await source.nodes(target.resource, ids)
  const found = new Set(nodes.map(({ id }) => id.replace(/^.*\//, '')))
  const absent = ids.filter((id) => !found.has(id))
  const { records, unreadable } = normalizeNodes(target, nodes, observedAt)
  await runs.store(async (copy) => {
    if (target.resource.unseenAfterDays === null) {
      const deletions = absent.map((id) => ({ id, observedAt, deliveryId: null, via: 'sweep' }))
      await ingest(copy, { target, records, unreadable, deletions })
    } else {
      const unseen = absent.map((id) => ({ id, reason: 'Shopify does not show the record', deliveryId: null }))
      await ingest(copy, { target, records, unreadable: [...unreadable, ...unseen] })
    }
  })
}
