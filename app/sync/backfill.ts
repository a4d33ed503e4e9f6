/**
 * A first copy, or everything anew, by a bulk operation: Shopify writes all records into one file, outside of the budget.
 * While it does, the newest records are pulled by pages, so that there is something useful soon.
 */
import type { Resource } from '../resources/resource'
import { type Books, openBooks } from './books'
import { BrokenResult, linesOf, readBulkLine } from './bulk-lines'
import type {
  BulkCheckpoint,
  BulkOperationState,
  BulkRunPort,
  BulkSourcePort,
  StagedCounts,
  StagedMerge,
} from './bulk-ports'
import { ingest, normalizeNodes } from './ingest'
import { FIRST_PAGE, nextPageSize } from './page-size'
import type { PullTarget } from './ports'
import type { RunOutcome, RunPorts, RunRequest } from './run'

const RECENT_DAYS = 30
/** How long a worker waits for Shopify before it takes other work and looks again later. */
const PATIENCE_MS = 30_000
const FIRST_POLL_MS = 500
const LONGEST_POLL_MS = 10_000
const LOOK_EVERY_MS = 2_000
const DOWNLOADS = 3

export interface BackfillPorts extends RunPorts {
  bulk: BulkSourcePort
  bulkRuns: BulkRunPort
  /** Waits, or returns at once when the process is told to stop. */
  sleep(ms: number): Promise<void>
  nowMs(): number
}

export type BackfillOutcome =
  Exclude<RunOutcome, { outcome: 'too-many' }> | { outcome: 'waiting'; runId: string | null; lookAgainSeconds: number }

/** Why a result was not taken. `forget`: another operation is needed. */
class Refused extends Error {
  readonly forget: boolean
  constructor(reason: string, forget: boolean) {
    super(reason)
    this.forget = forget
  }
}

/** Throws only when the database fails or the code has a bug; the run's log is closed in any case. */
export async function backfill(request: RunRequest, ports: BackfillPorts): Promise<BackfillOutcome> {
  let operation: BulkCheckpoint | null = null
  try {
    operation = (await ports.bulkRuns.current(request.trigger)) ?? (await begin(request, ports))
    if (operation === null) return { outcome: 'waiting', runId: null, lookAgainSeconds: 15 }
    const { runId } = operation
    const target: PullTarget = { shopId: request.shopId, resource: request.resource, channel: 'pull', runId }
    const state = await finished(operation, target, ports)
    if (ports.stopping.aborted) return { outcome: 'interrupted', runId }
    if (state === null) return { outcome: 'waiting', runId, lookAgainSeconds: 15 }
    const books = await load(operation, state, request.resource, ports)
    await tombstoneVanished(operation, target, ports)
    await ports.bulkRuns.complete(operation, books)
    return { outcome: 'succeeded', runId, books, unfinished: null }
  } catch (error) {
    return await failed(error, operation, request, ports)
  }
}

async function failed(
  error: unknown,
  operation: BulkCheckpoint | null,
  { trigger }: RunRequest,
  { runs, bulkRuns, kindOf }: BackfillPorts,
): Promise<BackfillOutcome> {
  const kind = error instanceof Refused ? 'retryable' : kindOf(error)
  const reason = error instanceof Error && kind !== null ? error.message : 'An error inside Lockstep ended the run.'
  const runId = operation?.runId ?? (await runs.begin(trigger, null))
  if (operation === null) await runs.fail(runId, reason, true)
  else await bulkRuns.fail(operation, reason, error instanceof Refused ? error.forget : kind === 'permanent')
  if (kind === null) throw error
  return { outcome: 'failed', runId, reason, retry: kind === 'retryable' }
}

/** Created before this moment: such records can only become fewer while the operation runs. */
const createdBefore = (instant: string) => `created_at:<'${instant.replace(/\.\d+/, '')}'`

async function begin({ resource, trigger }: RunRequest, ports: BackfillPorts): Promise<BulkCheckpoint | null> {
  const { observedAt } = await ports.source.count(resource, null)
  const startedAt = new Date(Math.floor(Date.parse(observedAt) / 1000) * 1000).toISOString()
  const { count, exact } = await ports.source.count(resource, createdBefore(startedAt))
  const begun = await ports.bulk.start(resource.bulk!.query(null))
  if (begun === null) return null
  return ports.bulkRuns.begin(trigger, { operationId: begun.operationId, startedAt, said: count, exact })
}

/** The operation's end, or null when it is not there yet. The newest records are pulled meanwhile. */
async function finished(operation: BulkCheckpoint, target: PullTarget, ports: BackfillPorts) {
  let state = await look(operation, ports)
  if (state.status === 'RUNNING') state = (await pullRecent(operation, target, ports)) ?? state
  const patientUntil = ports.nowMs() + PATIENCE_MS
  for (let pollMs = FIRST_POLL_MS; state.status === 'RUNNING'; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
    if (ports.stopping.aborted || ports.nowMs() >= patientUntil) return null
    await ports.sleep(pollMs)
    state = await look(operation, ports)
  }
  return state
}

async function look({ operationId }: BulkCheckpoint, { bulk }: BackfillPorts): Promise<BulkOperationState> {
  const state = await bulk.state(operationId)
  if (state === null)
    throw new Refused('Shopify does not know the bulk operation any more; another one is begun.', true)
  return state
}

/** Pages of the last days, until they end or the whole result is there: then there is no more use in them. */
async function pullRecent(
  operation: BulkCheckpoint,
  target: PullTarget,
  ports: BackfillPorts,
): Promise<BulkOperationState | null> {
  const { source, runs, bulkRuns, stopping } = ports
  const since = new Date(Date.parse(operation.startedAt) - RECENT_DAYS * 86_400_000).toISOString()
  const filter = `updated_at:>='${since.replace(/\.\d+/, '')}'`
  let cursor: string | null = null
  let size = FIRST_PAGE
  let read = 0
  let lookedMs = ports.nowMs()
  do {
    const page = await source.page(target.resource, filter, cursor, size)
    size = nextPageSize(size, page.requestedCost)
    cursor = page.hasNextPage ? page.endCursor : null
    read += page.nodes.length
    await runs.store(async (copy) => {
      await ingest(copy, { target, ...normalizeNodes(target, page.nodes, page.observedAt) })
    })
    await bulkRuns.progress(operation.runId, read)
    if (ports.nowMs() - lookedMs < LOOK_EVERY_MS) continue
    lookedMs = ports.nowMs()
    const state = await look(operation, ports)
    if (state.status !== 'RUNNING') return state
  } while (cursor !== null && !stopping.aborted)
  return null
}

const endings: Readonly<Record<string, string>> = {
  FAILED: 'Shopify could not finish the bulk operation',
  CANCELED: 'The bulk operation was cancelled',
  EXPIRED: 'The result of the bulk operation has expired',
}

/** Downloads, stages, holds what came against what Shopify says, and only then merges. */
async function load(
  operation: BulkCheckpoint,
  state: BulkOperationState,
  resource: Resource,
  ports: BackfillPorts,
): Promise<Books> {
  const ending = endings[state.status]
  if (ending !== undefined) {
    const code = state.errorCode === null ? '' : ` (${state.errorCode})`
    // What there is of a partial result may lack children: it is not used.
    throw new Refused(`${ending}${code}; another one is begun.`, true)
  }
  const staged = await stageWhole(operation, state, resource, ports)
  const saidAfter = await contradiction(operation, staged, resource, ports)
  const merged = await ports.bulkRuns.merge(operation, ({ read }) => ports.bulkRuns.progress(operation.runId, read))
  return booksOf(operation, staged, merged, saidAfter)
}

/** A download that breaks off is begun again; one that stays short is refused. */
async function stageWhole(
  operation: BulkCheckpoint,
  state: BulkOperationState,
  resource: Resource,
  ports: BackfillPorts,
): Promise<StagedCounts> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await stageOnce(operation, state, resource, ports)
    } catch (error) {
      const isBroken = error instanceof BrokenResult
      if (!isBroken && ports.kindOf(error) === 'permanent') throw new Refused((error as Error).message, true)
      if (!isBroken && ports.kindOf(error) !== 'retryable') throw error
      if (attempt === DOWNLOADS) throw new Refused((error as Error).message, isBroken)
      await ports.sleep(FIRST_POLL_MS * 2 ** attempt)
    }
  }
}

async function stageOnce(
  operation: BulkCheckpoint,
  { url, objects, rootObjects }: BulkOperationState,
  resource: Resource,
  { bulk, bulkRuns, stopping }: BackfillPorts,
): Promise<StagedCounts> {
  const stage = await bulkRuns.stage(operation)
  let read = 0
  if (url !== null) {
    for await (const lines of linesOf(bulk.download(url))) {
      read += lines.length
      await stage.add(lines.map((line) => readBulkLine(resource, line)))
      if (stopping.aborted) break
    }
  }
  const counts = await stage.end()
  if (stopping.aborted) return counts
  if (read !== objects) throw new BrokenResult(`Shopify wrote ${objects} objects, but ${read} arrived.`)
  const roots = counts.records + counts.unreadable
  if (counts.unreadable === 0 && roots !== rootObjects) {
    throw new BrokenResult(`Shopify wrote ${rootObjects} records, but ${roots} arrived.`)
  }
  if (counts.orphans.length > 0) throw new BrokenResult('The result has children without their record.')
  return counts
}

/**
 * Shopify's second count, where the first does not agree with the result. Of the records that were created before the
 * operation none can come, so what the result has of them lies between the two counts.
 */
async function contradiction(
  { startedAt, said, exact }: BulkCheckpoint,
  staged: StagedCounts,
  resource: Resource,
  { source }: BackfillPorts,
): Promise<number | null> {
  const found = staged.createdBefore + staged.unreadable
  if (staged.createdBefore === said) return null
  const again = await source.count(resource, createdBefore(startedAt))
  const fewest = Math.min(said, again.count)
  const most = exact && again.exact ? Math.max(said, again.count) : Infinity
  if (found < fewest || staged.createdBefore > most) {
    const counts = [...new Set([said, again.count])].join(', then ')
    throw new Refused(`Shopify counted ${counts} records, but its bulk result has ${staged.createdBefore}.`, true)
  }
  return again.count
}

function booksOf(
  { said, exact }: BulkCheckpoint,
  staged: StagedCounts,
  merged: StagedMerge,
  saidAfter: number | null,
): Books {
  const skipped = { 'older than the copy': merged.stale, unreadable: staged.unreadable }
  return {
    ...openBooks(said, exact),
    saidAfter,
    inside: staged.createdBefore,
    after: merged.read + staged.unreadable - staged.createdBefore,
    written: merged.written,
    unchanged: merged.unchanged,
    skipped: Object.fromEntries(Object.entries(skipped).filter(([, count]) => count > 0)),
  }
}

const IDS_AT_ONCE = 250

/** What the copy has and the result lacks is asked for by id; only what Shopify then does not know is tombstoned. */
async function tombstoneVanished(operation: BulkCheckpoint, target: PullTarget, ports: BackfillPorts): Promise<void> {
  const ids = await ports.bulkRuns.vanished(operation)
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const chunk = ids.slice(start, start + IDS_AT_ONCE)
    const { nodes, observedAt } = await ports.source.nodes(target.resource, chunk)
    const found = new Set(nodes.map(({ id }) => id.replace(/^.*\//, '')))
    const gone = chunk.filter((id) => !found.has(id))
    const deletions = gone.map((id) => ({ id, observedAt, deliveryId: null, via: 'backfill' }))
    await ports.runs.store(async (copy) => {
      await ingest(copy, { target, ...normalizeNodes(target, nodes, observedAt), deletions })
    })
  }
}
