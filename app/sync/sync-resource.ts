/** Which way one resource of one shop is synced: what changed page by page, and everything of a large shop in bulk. */
import { backfill, type BackfillOutcome, type BackfillPorts } from './backfill'
import { run, type RunRequest } from './run'

/** Fewer records of a kind are read by pages: that takes seconds, and a bulk operation may have to wait its turn. */
const BULK_FROM = 1_000
/** After so many failures in a row pages are tried: whatever is wrong may be the matter of bulk operations alone. */
const TRIES_IN_BULK = 3

export async function syncResource(request: RunRequest, ports: BackfillPorts): Promise<BackfillOutcome> {
  if (await ports.bulkRuns.isUnderWay()) return backfill(request, ports)
  const { failures } = await ports.runs.state()
  const isForBulk = request.resource.bulk !== null && failures < TRIES_IN_BULK
  const pages = { ...ports, stopping: ports.turn }
  const outcome = await run({ ...request, mostByPages: isForBulk ? BULK_FROM : Infinity }, pages)
  return outcome.outcome === 'too-many' ? backfill(request, ports) : outcome
}
