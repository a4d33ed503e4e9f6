import type { RunFacts } from './facts'
import type { Format } from './format'
import type { RunLine } from './home-page'
import { labelOf, modeLabels, sentence, triggerLabels } from './wording'

const outcomeLabels = {
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  interrupted: 'Interrupted',
} as const

export function describeRun(run: RunFacts, format: Format): RunLine {
  return {
    id: run.id,
    resource: labelOf(run.resource),
    mode: modeLabels[run.mode] ?? run.mode,
    trigger: triggerLabels[run.trigger] ?? run.trigger,
    outcome: run.state,
    outcomeLabel: outcomeLabels[run.state],
    startedAt: format.exactMoment(run.startedAt),
    duration: run.durationMs === null ? null : format.duration(run.durationMs),
    records: describeRecords(run, format),
    error: run.state === 'failed' ? sentence(run.error ?? 'The reason was not recorded') : null,
  }
}

/** What the run read, wrote and could not store. What it read and found unchanged is the difference. */
function describeRecords({ state, expected, processed, written, skipped }: RunFacts, format: Format): string {
  if (state === 'running') return describeProgress({ expected, processed }, format)
  if (processed === 0) return state === 'succeeded' ? 'Nothing new' : 'Nothing read'
  const parts = [`${format.number(processed)} read`, `${format.number(written)} written`]
  if (skipped > 0) parts.push(`${format.number(skipped)} set aside`)
  return parts.join(', ')
}

export function describeProgress(run: Pick<RunFacts, 'expected' | 'processed'>, format: Format): string {
  const read = format.number(run.processed)
  return run.expected === null ? `${read} read` : `${read} of ${format.number(run.expected)} read`
}
