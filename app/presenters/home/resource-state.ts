import { isPulledName } from '~/resources/resource'
import type { ResourceFacts, RunFacts } from './facts'
import type { ResourceState } from './home-page'

/** How one resource stands. What is going on now comes first, then what went wrong, then how old the data is. */
export function resourceState(facts: ResourceFacts, now: Date, lateAfterMs: number): ResourceState {
  if (!isPulledName(facts.resource)) return 'live'
  if (facts.newestRun?.state === 'running') return isFirstCopy(facts, facts.newestRun) ? 'copying' : 'syncing'
  if (facts.newestRange?.state === 'running') return 'syncing'
  if (hasFailed(facts)) return 'failed'
  if (facts.watermark === null) return 'waiting'
  return isLate(facts, now, lateAfterMs) ? 'late' : 'current'
}

export function isFirstCopy({ backfilledAt }: ResourceFacts, run: RunFacts): boolean {
  return backfilledAt === null && run.mode === 'backfill'
}

/** True until a run has succeeded again, also while one is trying. */
export function hasFailed({ newestEndedRun, consecutiveFailures }: ResourceFacts): boolean {
  return newestEndedRun?.state === 'failed' || consecutiveFailures > 0
}

/** True when the copy is older than the schedule can explain, whether or not a run is under way. */
export function isLate({ watermark }: ResourceFacts, now: Date, lateAfterMs: number): boolean {
  return watermark !== null && now.getTime() - watermark.getTime() > lateAfterMs
}

/** Of a run that is going, from 0 to 1; null when Shopify has not said how much there is. Never 1 before it has ended. */
export function progressOf({ expected, processed }: Pick<RunFacts, 'expected' | 'processed'>): number | null {
  if (expected === null) return null
  return expected === 0 ? 0.99 : Math.min(processed / expected, 0.99)
}
