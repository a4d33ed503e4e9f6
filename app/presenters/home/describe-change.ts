import type { ChangeFacts } from './facts'
import type { Format } from './format'
import type { ChangeLine } from './home-page'
import { words } from './wording'

/** A record without a name, or whose name is a person's, is shown by its id. */
export function describeChange(change: ChangeFacts, format: Format): ChangeLine {
  const { plural, singular } = words[change.resource]
  return {
    key: `${change.resource}/${change.id}`,
    resource: plural,
    name: change.name ?? `${singular} ${change.id}`,
    isDeleted: change.deletedAt !== null,
    syncedAt: format.exactMoment(change.syncedAt),
    source: sourceOf(change),
  }
}

function sourceOf({ channel, topic, runId }: ChangeFacts): string {
  if (channel === 'webhook') return topic === null ? 'Live' : `Live, ${topic}`
  return runId === null ? 'Read from Shopify' : `Run ${runId}`
}
