/** Which way one resource of one shop is synced: what changed page by page, and everything of a large shop in bulk. */
import { backfill, type BackfillOutcome, type BackfillPorts } from './backfill'
import { run, type RunRequest } from './run'

/** After so many failures in a row pages are tried: whatever is wrong may be the matter of bulk operations alone. */
const TRIES_IN_BULK = 3

export interface SyncRequest extends RunRequest {
  /** Fewer records of a kind are read by pages: that takes seconds, and a bulk operation may have to wait its turn. */
  bulkFrom: number
}

export type SyncOutcome = Exclude<BackfillOutcome, { outcome: 'refused' }>

export async function syncResource(request: SyncRequest, ports: BackfillPorts): Promise<SyncOutcome> {
  if (!(await ports.bulkRuns.isUnderWay())) {
    const { failures } = await ports.runs.state()
    const isForBulk = request.resource.bulk !== null && failures < TRIES_IN_BULK
    const outcome = await byPages(request, ports, isForBulk ? request.bulkFrom : Infinity)
    if (outcome.outcome !== 'too-many') return outcome
  }
  const outcome = await backfill(request, ports)
  if (outcome.outcome !== 'refused') return outcome
  // Pages take longer, and bring the same.
  const paged = await byPages(request, ports, Infinity)
  if (paged.outcome === 'too-many') throw new Error('a run of any size was refused')
  return paged
}

const byPages = (request: RunRequest, ports: BackfillPorts, mostByPages: number) =>
  run({ ...request, mostByPages }, { ...ports, stopping: ports.turn })
