/** Signals name records that their body does not carry: they are read from Shopify, many at a time. */
import type { Resource } from '../resources/resource'
import { normalizeNodes } from '../sync/ingest'
import type { ObservedRecord, SourcePort } from '../sync/ports'
import { SourceError } from '../shopify/source-error'
import { reasonOf } from './failure'

export interface Wanted {
  resource: Resource
  /** Numeric id of the record. */
  recordId: string
}

export type Answer =
  | { answer: 'found'; upsert: ObservedRecord }
  /** Shopify does not have it (any more). That it was deleted is for the delete's own delivery, or a pull, to say. */
  | { answer: 'not-found' }
  /** `isAway`: nothing could be read at all, which says nothing of the record. */
  | { answer: 'failed'; reason: string; isAway: boolean }

export type Answers = (wanted: Wanted) => Answer

/** Reads records of one shop. Once Shopify is away it is not asked again, by this reader. */
export type Reader = (wanted: readonly Wanted[]) => Promise<Answers>

/** Shopify takes no more ids at once. */
const MOST_IDS = 250

type ById = (id: string) => Answer

export function createReader(source: SourcePort, shopId: string): Reader {
  let away: Answer | null = null

  async function readIds(resource: Resource, ids: readonly string[]): Promise<ById> {
    if (away !== null) return always(away)
    try {
      const { nodes, observedAt } = await source.nodes(resource, ids)
      const target = { shopId, resource, channel: 'pull', runId: null } as const
      const { records, unreadable } = normalizeNodes(target, nodes, observedAt)
      const answers = new Map<string, Answer>([
        ...records.map((upsert) => [upsert.record.id, { answer: 'found', upsert }] as const),
        ...unreadable.map(({ id, reason }) => [id, { answer: 'failed', reason, isAway: false }] as const),
      ])
      return (id) => answers.get(id) ?? { answer: 'not-found' }
    } catch (error) {
      const isOfShopify = error instanceof SourceError && error.kind !== 'too-dear'
      if (!isOfShopify && ids.length > 1) return readHalves(resource, ids)
      if (!isOfShopify) return always({ answer: 'failed', reason: reasonOf(error), isAway: false })
      // What is permanent has to be seen to by somebody: it counts, so that it ends as a dead letter, which is seen.
      const reason = `Shopify could not be read: ${error.pause ?? error.kind}`
      const failed = { answer: 'failed', reason, isAway: error.kind !== 'permanent' || error.pause !== null } as const
      if (failed.isAway) away = failed
      return always(failed)
    }
  }

  /**
   * What a record costs depends on its nested lists, so how many fit into one query is found by trying. One that trips the
   * normalizer is found the same way, and does not take the others with it.
   */
  async function readHalves(resource: Resource, ids: readonly string[]): Promise<ById> {
    const first = new Set(ids.slice(0, Math.ceil(ids.length / 2)))
    const ofFirst = await readIds(resource, [...first])
    const ofSecond = await readIds(resource, ids.slice(first.size))
    return (id) => (first.has(id) ? ofFirst(id) : ofSecond(id))
  }

  return async (wanted) => {
    const answers = new Map<Resource, Map<string, Answer>>()
    for (const [resource, group] of Map.groupBy(wanted, (one) => one.resource)) {
      const ids = [...new Set(group.map(({ recordId }) => recordId))]
      const byId = new Map<string, Answer>()
      for (let start = 0; start < ids.length; start += MOST_IDS) {
        const some = ids.slice(start, start + MOST_IDS)
        const answerOf = await readIds(resource, some)
        for (const id of some) byId.set(id, answerOf(id))
      }
      answers.set(resource, byId)
    }
    return ({ resource, recordId }) => answers.get(resource)?.get(recordId) ?? { answer: 'not-found' }
  }
}

const always =
  (answer: Answer): ById =>
  () =>
    answer
