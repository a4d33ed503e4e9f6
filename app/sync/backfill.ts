/**
 * A first copy, everything anew, what was created in a range of time, or many changes, by a bulk operation: Shopify writes
 * the records into one file, outside of the budget. While it writes everything, the newest records are pulled by pages, so
 * that there is something useful soon.
 */
import { type Books, openBooks } from './books'
import {
  type BulkCheckpoint,
  type BulkOperationState,
  type BulkRunPort,
  countedBy,
  modeOf,
  type StagedCounts,
  type StagedMerge,
} from './bulk-ports'
import { type BulkPorts, EVERYTHING, look, RefusedResult, stageResult, startOperation, waitForEnd } from './bulk-result'
import { ingest, normalizeNodes } from './ingest'
import { lookFurther } from './look-further'
import { inSmallerPages } from './open-run'
import { FIRST_PAGE, nextPageSize } from './page-size'
import type { Instant, PullTarget } from './ports'
import { repair } from './repair'
import type { RunOutcome, RunPorts, RunRequest } from './run'
import { LARGEST_WINDOW } from './split-window'
import type { Span } from './window'

const RECENT_DAYS = 30
const LOOK_EVERY_MS = 2_000
const LOOK_AGAIN_SECONDS = 15

export interface BackfillPorts extends RunPorts, BulkPorts {
  /** Over when others wait for their turn, or the process is told to stop: the result of a bulk operation is loaded in one. */
  turn: AbortSignal
  bulkRuns: BulkRunPort
}

export type BackfillOutcome =
  | Exclude<RunOutcome, { outcome: 'too-many' }>
  /** Nothing was begun: Shopify allows no bulk operation for this. */
  | { outcome: 'refused'; reason: string }
  | { outcome: 'waiting'; runId: string | null; lookAgainSeconds: number }

export interface BackfillRequest extends RunRequest {
  /** Only what changed since then is listed. */
  since?: Instant | null
}

/** Throws only when the database fails or the code has a bug; the run's log is closed in any case. */
export async function backfill(request: BackfillRequest, ports: BackfillPorts): Promise<BackfillOutcome> {
  let operation: BulkCheckpoint | null = null
  try {
    operation = (await ports.bulkRuns.current(request.trigger)) ?? (await begin(request, ports))
    if (operation === null) return { outcome: 'waiting', runId: null, lookAgainSeconds: LOOK_AGAIN_SECONDS }
    return await goOn(operation, request, ports)
  } catch (error) {
    return await failed(error, operation, request, ports)
  }
}

async function begin(request: BackfillRequest, ports: BackfillPorts): Promise<BulkCheckpoint | null> {
  const { resource, trigger } = request
  const begun = await startOperation(resource, { listed: listedBy(request), query: resource.bulk!.query }, ports)
  return begun && ports.bulkRuns.begin(trigger, begun)
}

function listedBy({ range, since = null }: BackfillRequest): Span {
  if (range) return { by: 'created_at', ...range }
  return since === null ? EVERYTHING : { by: 'updated_at', from: since, to: null }
}

async function goOn(operation: BulkCheckpoint, request: RunRequest, ports: BackfillPorts): Promise<BackfillOutcome> {
  const { runId } = operation
  const { resource } = request
  const { runs, bulkRuns, bulk, stopping } = ports
  const interrupted = { outcome: 'interrupted', runId } as const
  const target: PullTarget = { shopId: request.shopId, resource, channel: 'pull', runId }

  let known = await look(operation, bulk)
  const { from } = countedBy(operation)
  if (known.status === 'RUNNING' && from === null) known = (await pullRecent(operation, target, ports)) ?? known
  const state = await waitForEnd(operation, known, ports)
  if (stopping.aborted) return interrupted
  if (state === null) return { outcome: 'waiting', runId, lookAgainSeconds: LOOK_AGAIN_SECONDS }

  const staged = await stageResult({ operation, state, resource }, () => bulkRuns.stage(operation), ports)
  if (staged === null) return interrupted
  const merged = await bulkRuns.merge(operation, ({ read }) => bulkRuns.progress(runId, read))
  const books = booksOf(operation, staged, merged)
  // Where Shopify lists only some of the records, or only those that changed, nothing follows from one that it does not list.
  const isProof = resource.completeness === 'A' && modeOf(operation) === 'backfill'
  const vanished = isProof ? await bulkRuns.vanished(operation) : []
  const { deleted } = await repair(vanished, { target, via: 'backfill' }, ports.source, runs)
  await runs.noteVanished(runId, deleted.length)
  await bulkRuns.complete(operation, books)
  const unfinished =
    modeOf(operation) === 'incremental' ? await lookFurther(target, runId, { all: null, since: from }, ports) : null
  return { outcome: 'succeeded', runId, books, unfinished, hasRest: false }
}

async function failed(
  error: unknown,
  operation: BulkCheckpoint | null,
  { trigger }: RunRequest,
  { runs, bulkRuns, kindOf, stopping }: BackfillPorts,
): Promise<BackfillOutcome> {
  const kind = error instanceof RefusedResult ? 'retryable' : kindOf(error)
  // The stop of the process ends requests as well.
  if (stopping.aborted && kind === 'retryable') return { outcome: 'interrupted', runId: operation?.runId ?? null }
  const reason = error instanceof Error && kind !== null ? error.message : 'An error inside Lockstep ended the run.'
  if (operation === null && kind === 'permanent') return { outcome: 'refused', reason }
  const runId = operation?.runId ?? (await runs.begin(trigger, null))
  if (operation === null) await runs.fail(runId, reason, true)
  else await bulkRuns.fail(operation, reason, error instanceof RefusedResult ? error.forget : kind === 'permanent')
  if (kind === null) throw error
  return { outcome: 'failed', runId, reason, retry: kind === 'retryable' }
}

/**
 * Pages of the last days, until they end or the whole result is there: then there is no more use in them. Never further than
 * a list of Shopify's can be paged through: that would be an error, and none of the bulk operation.
 */
async function pullRecent(
  operation: BulkCheckpoint,
  target: PullTarget,
  ports: BackfillPorts,
): Promise<BulkOperationState | null> {
  const { source, runs, bulkRuns, bulk, turn, nowMs } = ports
  const since = new Date(Date.parse(operation.startedAt) - RECENT_DAYS * 86_400_000).toISOString()
  const filter = `updated_at:>='${since.replace(/\.\d+/, '')}'`
  let cursor: string | null = null
  let size = FIRST_PAGE
  let read = 0
  let lookedMs = nowMs()
  do {
    const page = await inSmallerPages(size, ports, (first) => source.page(target.resource, filter, cursor, first))
    size = nextPageSize(page.size, page.requestedCost)
    cursor = page.hasNextPage ? page.endCursor : null
    read += page.nodes.length
    await runs.store(async (copy) => {
      await ingest(copy, { target, ...normalizeNodes(target, page.nodes, page.observedAt) })
    })
    await bulkRuns.progress(operation.runId, read)
    if (nowMs() - lookedMs < LOOK_EVERY_MS) continue
    lookedMs = nowMs()
    const state = await look(operation, bulk)
    if (state.status !== 'RUNNING') return state
  } while (cursor !== null && read < LARGEST_WINDOW && !turn.aborted)
  return null
}

function booksOf(
  { said, exact }: BulkCheckpoint,
  staged: StagedCounts & { saidAfter: number | null },
  merged: StagedMerge,
): Books {
  const skipped = { 'older than the copy': merged.stale, unreadable: staged.unreadable }
  return {
    ...openBooks(said, exact),
    saidAfter: staged.saidAfter,
    inside: staged.counted,
    after: merged.read + staged.unreadable - staged.counted,
    written: merged.written,
    unchanged: merged.unchanged,
    skipped: Object.fromEntries(Object.entries(skipped).filter(([, count]) => count > 0)),
  }
}
