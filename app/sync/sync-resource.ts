/** Which way one resource of one shop is synced: little by pages, and much in bulk, be it everything, a range or changes. */
import { backfill, type BackfillOutcome, type BackfillPorts } from './backfill'
import type { Instant } from './ports'
import { run, type RunRequest } from './run'

/** Fewer records of a kind are read by pages: that takes seconds, and a bulk operation may have to wait its turn. */
const BULK_FROM = 1_000
/** The same of changes, which pages bring in the order they happened, and keep what they have brought: a bulk edit, a long absence. */
const BULK_CHANGES_FROM = 5_000
/** After so many failures in a row pages are tried: whatever is wrong may be the matter of bulk operations alone. */
const TRIES_IN_BULK = 3

const ANY_NUMBER = { mostByPages: Infinity, mostChangesByPages: Infinity }

type RunEnd = Exclude<BackfillOutcome, { outcome: 'refused' }>

export type SyncOutcome = RunEnd & {
  /** Everything was to be read anew, and that is not begun: what comes next still has to. */
  isForceOpen: boolean
}

export async function syncResource(request: RunRequest, ports: BackfillPorts): Promise<SyncOutcome> {
  const underWay = await ports.bulkRuns.underWay()
  const end = await goOnOrBegin(request, underWay !== null, ports)
  // A bulk operation of what changed, which was under way, is gone on with first, and does not bring everything.
  const isBegun = end.runId !== null && underWay !== 'incremental'
  return { ...end, isForceOpen: request.force && !isBegun }
}

async function goOnOrBegin(request: RunRequest, isUnderWay: boolean, ports: BackfillPorts): Promise<RunEnd> {
  let since: Instant | null = null
  if (!isUnderWay) {
    const { failures } = await ports.runs.state()
    const isForBulk = request.resource.bulk !== null && failures < TRIES_IN_BULK
    const limits = { mostByPages: BULK_FROM, mostChangesByPages: BULK_CHANGES_FROM }
    const outcome = await byPages(isForBulk ? { ...limits, ...request } : { ...request, ...ANY_NUMBER }, ports)
    if (outcome.outcome !== 'too-many') return outcome
    since = outcome.since
  }
  const outcome = await backfill({ ...request, since }, ports)
  if (outcome.outcome !== 'refused') return outcome
  // Pages take longer, and bring the same.
  const paged = await byPages({ ...request, ...ANY_NUMBER }, ports)
  if (paged.outcome === 'too-many') throw new Error('a run of any size was refused')
  return paged
}

const byPages = (request: RunRequest, ports: BackfillPorts) => run(request, { ...ports, stopping: ports.turn })
