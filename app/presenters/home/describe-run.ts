import type { RunFacts } from './facts'
import type { Format } from './format'
import { dayOf } from '~/shop-day'
import type { Days, RunLine } from './home-page'
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
    mode: run.created === null ? (modeLabels[run.mode] ?? run.mode) : describeCreated(run.created, format),
    created: run.created && daysOf(run.created, format),
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
function describeRecords(run: RunFacts, format: Format): string {
  const { state, expected, processed, written, skipped } = run
  if (state === 'running') return describeProgress({ expected, processed }, format)
  if (processed === 0 && state === 'succeeded') return run.created === null ? 'Nothing new' : 'Nothing found'
  if (processed === 0) return 'Nothing read'
  const parts = [`${format.number(processed)} read`, `${format.number(written)} written`]
  if (skipped > 0) parts.push(`${format.number(skipped)} set aside`)
  return parts.join(', ')
}

/** The last day of the range: its end belongs to the next one. */
const lastMoment = ({ to }: { to: Date }) => new Date(to.getTime() - 1)

const daysOf = (created: { from: Date; to: Date }, { timezone }: Format): Days => ({
  from: dayOf(created.from, timezone),
  to: dayOf(lastMoment(created), timezone),
})

/** `created 1 Mar to 31 Mar`. */
function describeCreated(created: { from: Date; to: Date }, format: Format): string {
  const [first, last] = [format.day(created.from), format.day(lastMoment(created))]
  return first === last ? `created ${first}` : `created ${first} to ${last}`
}

export function describeProgress(run: Pick<RunFacts, 'expected' | 'processed'>, format: Format): string {
  const read = format.number(run.processed)
  return run.expected === null ? `${read} read` : `${read} of ${format.number(run.expected)} read`
}
