/**
 * The result of a bulk operation, taken only when it is whole: as many lines as Shopify says it wrote, every child with
 * its record, and no other number of records than Shopify counts by itself.
 */
import type { Resource } from '../resources/resource'
import { blocksOfLines, BrokenResult, readBulkLines } from './bulk-lines'
import {
  type BulkOperation,
  type BulkOperationState,
  type BulkSourcePort,
  countedBy,
  type StagedCounts,
  type StagePort,
} from './bulk-ports'
import type { SourcePort } from './ports'
import { countFilter, listFilter, settledPart, type Span } from './window'

/** How long a worker waits for Shopify before it takes other work and looks again later. */
const PATIENCE_MS = 30_000
const FIRST_POLL_MS = 500
const LONGEST_POLL_MS = 10_000
const DOWNLOADS = 3

export interface BulkPorts {
  source: SourcePort
  bulk: BulkSourcePort
  stopping: AbortSignal
  kindOf: (error: unknown) => 'retryable' | 'permanent' | 'needs-reauthorisation' | 'too-dear' | null
  /** Waits, or returns at once when the process is told to stop. */
  sleep(ms: number): Promise<void>
  nowMs(): number
}

/** Why a result was not taken. `forget`: it will not get better, another operation is needed. */
export class RefusedResult extends Error {
  readonly forget: boolean
  constructor(reason: string, forget: boolean) {
    super(reason)
    this.forget = forget
  }
}

/** What an operation lists, by its query for a search filter. */
export interface Listing {
  listed: Span
  query: (filter: string | null) => string
}

/** Every record there is. */
export const EVERYTHING: Span = { by: 'created_at', from: null, to: null }

/**
 * Asks Shopify for its time, how many of the records it has, and to write them into a file. Null: it has no room for one
 * more.
 */
export async function startOperation(
  resource: Resource,
  { listed, query }: Listing,
  { source, bulk }: Pick<BulkPorts, 'source' | 'bulk'>,
): Promise<BulkOperation | null> {
  const { observedAt } = await source.count(resource, null)
  const startedAt = new Date(Math.floor(Date.parse(observedAt) / 1000) * 1000).toISOString()
  const counted = settledPart(listed, startedAt)
  const { count, exact } = await source.count(resource, countFilter(resource, counted))
  const begun = await bulk.start(query(listFilter(resource, listed)))
  return begun && { operationId: begun.operationId, startedAt, counted, said: count, exact }
}

/** Throws RefusedResult when Shopify does not know the operation. */
export async function look({ operationId }: BulkOperation, bulk: BulkSourcePort): Promise<BulkOperationState> {
  const state = await bulk.state(operationId)
  if (state === null) {
    throw new RefusedResult('Shopify does not know the bulk operation any more; another one is begun.', true)
  }
  return state
}

/** The operation's end, or null when it has not come in time. */
export async function waitForEnd(
  operation: BulkOperation,
  known: BulkOperationState,
  ports: BulkPorts,
): Promise<BulkOperationState | null> {
  const patientUntil = ports.nowMs() + PATIENCE_MS
  let state = known
  for (let pollMs = FIRST_POLL_MS; state.status === 'RUNNING'; pollMs = Math.min(pollMs * 2, LONGEST_POLL_MS)) {
    if (ports.stopping.aborted || ports.nowMs() >= patientUntil) return null
    await ports.sleep(pollMs)
    state = await look(operation, ports.bulk)
  }
  return state
}

const endings: Readonly<Record<string, string>> = {
  FAILED: 'Shopify could not finish the bulk operation',
  CANCELED: 'The bulk operation was cancelled',
  EXPIRED: 'The result of the bulk operation has expired',
}

/**
 * Downloads and stages the whole result; a download that breaks off is begun again. Null when the process is told to stop.
 * Throws RefusedResult. What there is of a partial result is not used: its records may lack children.
 */
export async function stageResult(
  { operation, state, resource }: { operation: BulkOperation; state: BulkOperationState; resource: Resource },
  openStage: () => Promise<StagePort>,
  ports: BulkPorts,
): Promise<(StagedCounts & { saidAfter: number | null }) | null> {
  const ending = endings[state.status]
  if (ending !== undefined) {
    const code = state.errorCode === null ? '' : ` (${state.errorCode})`
    throw new RefusedResult(`${ending}${code}; another one is begun.`, true)
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      const staged = await stageOnce(state, resource, await openStage(), ports)
      return staged && { ...staged, saidAfter: await countAgain(operation, staged, resource, ports.source) }
    } catch (error) {
      const isBroken = error instanceof BrokenResult
      const kind = ports.kindOf(error)
      if (kind === 'permanent') throw new RefusedResult((error as Error).message, true)
      if (!isBroken && kind !== 'retryable') throw error
      if (attempt === DOWNLOADS) throw new RefusedResult((error as Error).message, isBroken)
      await ports.sleep(FIRST_POLL_MS * 2 ** attempt)
    }
  }
}

async function stageOnce(
  { url, objects, rootObjects }: BulkOperationState,
  resource: Resource,
  stage: StagePort,
  { bulk, stopping }: BulkPorts,
): Promise<StagedCounts | null> {
  if (url !== null) {
    for await (const block of blocksOfLines(bulk.download(url))) {
      await stage.add(readBulkLines(resource, block))
      if (stopping.aborted) return null
    }
  }
  const counts = await stage.end()
  const read = counts.records + counts.children + counts.unreadable
  if (read !== objects) throw new BrokenResult(`Shopify wrote ${objects} objects, but ${read} arrived.`)
  // A child that cannot be read leaves its record unreadable as well, so that this would count it twice.
  if (counts.unreadable === 0 && counts.records !== rootObjects) {
    throw new BrokenResult(`Shopify wrote ${rootObjects} records, but ${counts.records} arrived.`)
  }
  if (counts.orphans.length > 0) throw new BrokenResult('The result has children without their record.')
  return counts
}

/**
 * Shopify's second count, where the first does not agree with the result. Into the span that was counted no record can
 * come, so what the result has of it lies between the two counts.
 */
async function countAgain(
  operation: BulkOperation,
  staged: StagedCounts,
  resource: Resource,
  source: SourcePort,
): Promise<number | null> {
  const { said, exact } = operation
  if (staged.counted === said) return null
  const again = await source.count(resource, countFilter(resource, countedBy(operation)))
  const fewest = Math.min(said, again.count)
  const most = exact && again.exact ? Math.max(said, again.count) : Infinity
  if (staged.counted + staged.unreadable < fewest || staged.counted > most) {
    const counts = [...new Set([said, again.count])].join(', then ')
    throw new RefusedResult(`Shopify counted ${counts} records, but its bulk result has ${staged.counted}.`, true)
  }
  return again.count
}
