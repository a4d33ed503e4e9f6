/**
 * One run, page by page: everything of one resource of one shop that changed since the watermark, or all of it, or what
 * was created in a range of time.
 */
import type { Resource } from '../resources/resource'
import { type Books, countedIn, imbalance } from './books'
import type { Checkpoint } from './checkpoint'
import { ingest, normalizeNodes } from './ingest'
import { lookFurther } from './look-further'
import { inSmallerPages, openRange, openRun, type Start, type TooMany } from './open-run'
import { nextPageSize } from './page-size'
import type { Instant, PullTarget, RunPort, SourcePage, SourcePort, Trigger } from './ports'
import { repair } from './repair'
import { LARGEST_WINDOW } from './split-window'
import { settle, takePage } from './take-page'
import { countFilter, filterPrecision, listFilter, type Range } from './window'

export interface RunRequest {
  shopId: string
  resource: Resource
  trigger: Trigger
  /** Read everything again, whatever the watermark says. */
  force: boolean
  /** Read what was created then, and nothing else; `runs` has to be that of the range. */
  range?: Range
  /** So many records, or more, are not begun to be read from the beginning page by page. Default: any number is. */
  mostByPages?: number
  /** The same of what changed since the watermark. Default: any number is. */
  mostChangesByPages?: number
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
  /** Nothing was begun: there is more to read than the request allows. `since`: of changes, from where on. */
  | { outcome: 'too-many'; runId: null; since: Instant | null }
  | { outcome: 'failed'; runId: string | null; reason: string; retry: boolean }

/** Throws only when the database fails or the code has a bug; the run's log is closed in any case. */
export async function run(request: RunRequest, ports: RunPorts): Promise<RunOutcome> {
  let runId: string | null = null
  try {
    const { watermark, checkpoint } = await ports.runs.state()
    const isResumed = checkpoint !== null && !request.force
    const start = isResumed ? { checkpoint, opening: null } : await open(request, ports, watermark)
    if ('tooManySince' in start) return { outcome: 'too-many', runId: null, since: start.tooManySince }
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

function open(request: RunRequest, ports: RunPorts, watermark: Date | null): Promise<Start | TooMany> {
  const { mostByPages = Infinity, mostChangesByPages = Infinity, largestWindow = LARGEST_WINDOW } = request
  const wish = { ...request, mostByPages, mostChangesByPages, largestWindow }
  return request.range ? openRange(wish, request.range, ports) : openRun(wish, ports, watermark)
}

async function readPages(target: PullTarget, runId: string, start: Start, ports: RunPorts): Promise<RunOutcome> {
  const { source, runs, stopping } = ports
  // Ids read by this process: a record that is updated meanwhile comes a second time and counts once.
  const seen = new Set<string>()
  const isResumed = start.checkpoint.cursor !== null
  const precision = { filterPrecision: filterPrecision(target.resource, start.checkpoint) }
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
    if (checkpoint.by === 'created_at')
      await repairVanished(target, runId, { ids: seen, listedAt: page.observedAt }, ports)
    const said = await countAgain(target.resource, checkpoint, taken, source)
    const last = await runs.complete(runId, async (copy) => {
      const ingested = await ingest(copy, { target, records, unreadable })
      const books = { ...settle(checkpoint.books, taken, ingested, isResumed), ...said }
      return { checkpoint: { ...moved, books }, imbalance: imbalance(books, precision) }
    })
    if (last.imbalance !== null) return { outcome: 'failed', runId, reason: last.imbalance, retry: true }
    const hasRest = checkpoint.isSplit
    const all = page === start.opening ? start.opening.all : null
    // Before the rest is read, the copy need not have as many records as Shopify; a range has been looked at already.
    const isLast = !hasRest && checkpoint.by === 'updated_at'
    const unfinished = isLast ? await lookFurther(target, runId, { all, since: checkpoint.from }, ports) : null
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
    ports.source.page(resource, listFilter(resource, checkpoint), checkpoint.cursor, size, checkpoint.by),
  )

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
    { filterPrecision: filterPrecision(resource, checkpoint) },
  )
  if (counted === books.said) return { saidAfter: null, exact: books.exact }
  const { count, exact } = await source.count(resource, countFilter(resource, checkpoint))
  return { saidAfter: count, exact: books.exact && exact }
}

/**
 * Records of the copy that were created in the range and are not among those listed. What an earlier process listed is
 * asked for as well: an id too many costs a look, and only what Shopify does not know is tombstoned.
 */
async function repairVanished(
  target: PullTarget,
  runId: string,
  { ids, listedAt }: { ids: ReadonlySet<string>; listedAt: string },
  { source, runs }: RunPorts,
): Promise<void> {
  // Where Shopify lists only some of the records, nothing follows from one that it does not list.
  if (target.resource.completeness !== 'A') return
  const listed = [...ids].map((gid) => gid.replace(/^.*\//, ''))
  const { vanished } = await runs.compareIds(listed, listedAt)
  const { deleted } = await repair(vanished, { target, via: 'backfill' }, source, runs)
  await runs.noteVanished(runId, deleted.length)
}
