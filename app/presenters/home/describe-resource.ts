import type { ResourceFacts } from './facts'
import type { Format } from './format'
import type { ResourceFigures, ResourceState } from './home-page'
import { describeProgress, describeRun } from './describe-run'
import { hasFailed, progressOf } from './resource-state'
import { completenessLabels, sentence, words } from './wording'

const stateLabels: Readonly<Record<ResourceState, string>> = {
  waiting: 'Waiting to begin',
  copying: 'First copy',
  syncing: 'Syncing',
  failed: 'Failed',
  late: 'Behind',
  current: 'Up to date',
  live: 'Live only',
}

export function describeResource(facts: ResourceFacts, state: ResourceState, format: Format): ResourceFigures {
  const { newestRun, newestEndedRun, newestRange } = facts
  return {
    resource: facts.resource,
    label: words[facts.resource].plural,
    state,
    stateLabel: stateLabels[state],
    records: format.number(facts.records),
    children: describeChildren(facts, format),
    completeness: {
      grade: facts.completeness,
      label: completenessLabels[facts.completeness],
      meaning: words[facts.resource].completeness,
    },
    dataAsOf: facts.watermark === null ? null : format.moment(facts.watermark),
    progress: describeGoingRun(facts, format),
    lastRun: newestEndedRun === null ? null : describeRun(newestEndedRun, format),
    failure: describeFailure(facts, format),
    setAside: describeSetAside(facts, format),
    proof: describeProof(facts, format),
    newestRun: newestRun === null ? null : { id: newestRun.id, isGoing: newestRun.state === 'running' },
    newestRange: newestRange === null ? null : describeRun(newestRange, format),
  }
}

function describeChildren({ resource, children }: ResourceFacts, format: Format): string | null {
  const names = words[resource].children
  if (children === null || names === null) return null
  return `${format.number(children)} ${names[children === 1 ? 0 : 1]}`
}

function describeGoingRun({ newestRun, newestRange }: ResourceFacts, format: Format): ResourceFigures['progress'] {
  const going = [newestRun, newestRange].find((run) => run?.state === 'running')
  if (!going) return null
  const fraction = progressOf(going)
  return {
    percent: fraction === null ? null : Math.floor(fraction * 100),
    text: describeProgress(going, format),
  }
}

function describeFailure(facts: ResourceFacts, format: Format): ResourceFigures['failure'] {
  const { newestEndedRun, newestRun, consecutiveFailures } = facts
  if (!hasFailed(facts)) return null
  const reason = sentence(newestEndedRun?.error ?? 'The last run did not end well')
  const often = consecutiveFailures > 1 ? ` ${format.number(consecutiveFailures)} runs in a row have failed.` : ''
  const toDo =
    newestRun?.state === 'running'
      ? 'Lockstep is trying again now.'
      : 'Lockstep tries again by itself; to try at once, use Sync now.'
  return { text: `${reason}${often}`, toDo }
}

function describeProof({ proof }: ResourceFacts, format: Format): string | null {
  if (proof === null) return null
  const found =
    proof.differences === 0
      ? 'no difference'
      : proof.differences === 1
        ? '1 difference, repaired'
        : `${format.number(proof.differences)} differences, repaired`
  return `${format.number(proof.compared)} compared with Shopify at ${format.moment(proof.asOf).text}: ${found}.`
}

function describeSetAside({ setAside }: ResourceFacts, format: Format): string | null {
  if (setAside === null) return null
  const records = setAside.count === 1 ? '1 record' : `${format.number(setAside.count)} records`
  return `${records} could not be stored: ${sentence(setAside.reason)} Each run tries again.`
}
