/** Signals name a record that their body does not carry: it is read from Shopify, many at a time. */
import type { Resource } from '../resources/resource'
import { normalizeNodes } from '../sync/ingest'
import type { ObservedRecord, SourcePort } from '../sync/ports'
import { SourceError } from '../shopify/source-error'
import { reasonOf } from './failure'

export interface Signal {
  deliveryId: string
  resource: Resource
  /** Numeric id of the record. */
  recordId: string
}

export type SignalAnswer =
  | { answer: 'found'; upsert: ObservedRecord }
  /** Shopify does not have it (any more). That it was deleted is for the delete's own delivery, or a pull, to say. */
  | { answer: 'not-found' }
  | { answer: 'failed'; reason: string }

/** What Shopify says to each signal, by delivery. At most 250 signals: Shopify takes no more ids at once. */
export async function readSignals(
  source: SourcePort,
  shopId: string,
  signals: readonly Signal[],
): Promise<Map<string, SignalAnswer>> {
  const answers = new Map<string, SignalAnswer>()
  for (const [resource, group] of Map.groupBy(signals, (signal) => signal.resource)) {
    for (const [deliveryId, answer] of await readGroup(source, shopId, resource, group)) answers.set(deliveryId, answer)
  }
  return answers
}

async function readGroup(
  source: SourcePort,
  shopId: string,
  resource: Resource,
  signals: readonly Signal[],
): Promise<[string, SignalAnswer][]> {
  const byRecord = await readRecords(source, shopId, resource, [...new Set(signals.map(({ recordId }) => recordId))])
  return signals.map(({ deliveryId, recordId }) => {
    const answer = byRecord(recordId)
    if (answer.answer !== 'found') return [deliveryId, answer]
    return [deliveryId, { answer: 'found', upsert: { ...answer.upsert, deliveryId } }]
  })
}

async function readRecords(
  source: SourcePort,
  shopId: string,
  resource: Resource,
  ids: readonly string[],
): Promise<(id: string) => SignalAnswer> {
  try {
    const { nodes, observedAt } = await source.nodes(resource, ids)
    const target = { shopId, resource, channel: 'pull', runId: null } as const
    const { records, unreadable } = normalizeNodes(target, nodes, observedAt)
    const answers = new Map<string, SignalAnswer>([
      ...records.map((upsert) => [upsert.record.id, { answer: 'found', upsert }] as const),
      ...unreadable.map(({ id, reason }) => [id, { answer: 'failed', reason }] as const),
    ])
    return (id) => answers.get(id) ?? { answer: 'not-found' }
  } catch (error) {
    const isAway = error instanceof SourceError && error.kind !== 'too-dear'
    if (!isAway && ids.length > 1) return readHalves(source, shopId, resource, ids)
    const reason = isAway ? `Shopify could not be read: ${error.kind}` : reasonOf(error)
    return () => ({ answer: 'failed', reason })
  }
}

/**
 * What a record costs depends on its nested lists, so how many fit into one query is found by trying. One that trips the
 * normalizer is found the same way, and does not take the others with it.
 */
async function readHalves(source: SourcePort, shopId: string, resource: Resource, ids: readonly string[]) {
  const first = new Set(ids.slice(0, Math.ceil(ids.length / 2)))
  const ofFirst = await readRecords(source, shopId, resource, [...first])
  const ofSecond = await readRecords(source, shopId, resource, ids.slice(first.size))
  return (id: string) => (first.has(id) ? ofFirst(id) : ofSecond(id))
}
