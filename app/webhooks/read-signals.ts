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
  | Failed

interface Failed {
  answer: 'failed'
  reason: string
  isAway: boolean
}

export type Answers = (wanted: Wanted) => Answer

/** Reads records of one shop. Once Shopify is away it is not asked again, by this reader. */
export type Reader = (wanted: readonly Wanted[]) => Promise<Answers>

/** Shopify takes no more ids at once. */
const MOST_IDS = 250

/** As large as an id can be: nobody's, so that whether it is answered tells of Shopify alone. */
const NOBODYS_ID = '9223372036854775807'

/** How often one reader asks whether it is Shopify or the record. Between two of them may lie a minute of repetitions. */
const MOST_LOOKS = 20

/** What fails together is taken apart by so many ids, and then by halves. */
const PART = 10

type ById = (id: string) => Answer

export function createReader(source: SourcePort, shopId: string): Reader {
  let away: Failed | null = null
  let looks = 0

  /** `isPart`: of what failed together a moment ago. */
  async function readIds(resource: Resource, ids: readonly string[], isPart = false): Promise<ById> {
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
      if (!isOfShopify && ids.length > 1) return readParts(resource, ids, ids.length / 2)
      if (!isOfShopify) return always({ answer: 'failed', reason: reasonOf(error), isAway: false })
      const failed = await blame(resource, error, isPart && ids.length > 1)
      if (failed === 'one of them' && ids.length > 1) return readParts(resource, ids, Math.min(ids.length / 2, PART))
      if (failed === 'one of them') {
        const reason = `Shopify gives other records and not this one: ${error.kind}`
        return always({ answer: 'failed', reason, isAway: false })
      }
      if (failed.isAway) away = failed
      return always(failed)
    }
  }

  /** What a failure says: of all, or of one of the records that were asked for. */
  async function blame(resource: Resource, error: SourceError, isTakenApart: boolean): Promise<Failed | 'one of them'> {
    if (isTakenApart) return 'one of them'
    // Of a shop that may not be read, or may not be asked so often, no record is the reason.
    if (error.pause !== null || error.retryAfterMs !== null) return failureOf(error)
    looks += 1
    if (looks > MOST_LOOKS) return { ...failureOf(error), isAway: true }
    return (await answersNow(resource)) ? 'one of them' : failureOf(error)
  }

  /** By a query for nothing. */
  function answersNow(resource: Resource): Promise<boolean> {
    return source.nodes(resource, [NOBODYS_ID]).then(
      () => true,
      (error: unknown) => {
        if (error instanceof SourceError) return false
        throw error
      },
    )
  }

  /**
   * What a record costs depends on its nested lists, so how many fit into one query is found by trying. One that trips the
   * normalizer, or Shopify itself, is found the same way, and does not take the others with it.
   */
  async function readParts(resource: Resource, ids: readonly string[], most: number): Promise<ById> {
    const size = Math.ceil(most)
    const parts = new Map<string, ById>()
    for (let start = 0; start < ids.length; start += size) {
      const some = ids.slice(start, start + size)
      const ofPart = await readIds(resource, some, true)
      for (const id of some) parts.set(id, ofPart)
    }
    return (id) => parts.get(id)?.(id) ?? { answer: 'not-found' }
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

/** What is permanent has to be seen to by somebody: it counts, so that it ends as a dead letter, which is seen. */
function failureOf({ kind, pause }: SourceError): Failed {
  const reason = `Shopify could not be read: ${pause ?? kind}`
  return { answer: 'failed', reason, isAway: kind !== 'permanent' || pause !== null }
}

const always =
  (answer: Answer): ById =>
  () =>
    answer
