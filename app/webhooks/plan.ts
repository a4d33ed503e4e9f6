/** What is to be done about stored deliveries, if all goes well. */
import type { Answer, Answers, Reader, Wanted } from './read-signals'
import { type Change, changeOf } from './changes'
import { type Delivery, observedAtOf } from './delivery'
import { type Meaning, readMeaning } from './read-meaning'

/** What came of one attempt at a delivery. */
export interface Result {
  outcome: 'applied' | 'ignored' | 'failed'
  /** Why it failed or is ignored, or what is to be known besides. */
  note: string | null
  /** It failed for a reason that says nothing of the delivery. */
  isAway: boolean
  /** It was applied and changed nothing, for the copy had a newer version. */
  stale: boolean
}

/** `Entry`: whatever the caller knows the delivery by. */
export interface Plan<Entry> {
  entry: Entry
  changes: readonly Change[]
  result: Result
}

type Stored = Pick<Delivery, 'topic' | 'body' | 'triggeredAt' | 'receivedAt'> & { id: string }

export interface Read<Entry> {
  entry: Entry
  delivery: Stored
  meaning: Meaning
}

type SignalMeaning = Extract<Meaning, { meaning: 'signal' }>

export const isSignal = ({ meaning }: { meaning: Meaning }) => meaning.meaning === 'signal'

const result = (outcome: Result['outcome'], note: string | null = null): Result => {
  return { outcome, note, isAway: false, stale: false }
}

export const failure = (note: string, isAway = false): Result => ({ ...result('failed', note), isAway })
export const NOT_INSTALLED = result('ignored', 'the shop does not have the app installed')

export const readAll = <Entry extends { delivery: Stored }>(entries: readonly Entry[]): Read<Entry>[] =>
  entries.map((entry) => ({ entry, delivery: entry.delivery, meaning: readMeaning(entry.delivery) }))

/** Of a delivery that tells by itself what to do. */
export function planBody<Entry>(shopId: string, { entry, delivery, meaning }: Read<Entry>): Plan<Entry> {
  switch (meaning.meaning) {
    case 'upsert':
    case 'delete': {
      const change = changeOf(meaning, delivery, { shopId, deliveryId: delivery.id })
      return { entry, changes: change === null ? [] : [change], result: result('applied') }
    }
    case 'unreadable':
      return { entry, changes: [], result: failure(meaning.reason) }
    case 'unknown':
      return { entry, changes: [], result: result('ignored', 'no resource listens to this topic') }
    case 'signal':
      throw new Error('a signal is read from Shopify, not from its body')
  }
}

/** The records of the copy that name one of these customers, tombstones left out, by the customer's id. */
export type FindNaming = (customerIds: readonly string[]) => Promise<Map<string, Wanted[]>>

/** Of signals: all that they name is read from Shopify, each record once. */
export async function planSignals<Entry>(
  shopId: string,
  signals: readonly Read<Entry>[],
  { read, findNaming }: { read: Reader; findNaming: FindNaming },
): Promise<Plan<Entry>[]> {
  const named = signals.map((signal) => ({ ...signal, ...namedBy(signal.meaning) }))
  const answers = await read(named.flatMap(({ kept, merged }) => (merged === null ? kept : [kept, merged])))
  const gone = named.flatMap(({ merged }) => {
    return merged !== null && answers(merged).answer === 'not-found' ? merged.recordId : []
  })
  const naming = gone.length > 0 ? await findNaming(gone) : new Map<string, Wanted[]>()
  const ofNaming = await read([...naming.values()].flat())
  return named.map(({ entry, delivery, kept, merged }) => {
    const parts = [planRecord(shopId, delivery, kept, answers)]
    if (merged !== null) parts.push(planMerged(shopId, delivery, merged, answers))
    for (const one of merged === null ? [] : (naming.get(merged.recordId) ?? []))
      parts.push(planRecord(shopId, delivery, one, ofNaming))
    return { entry, ...together(parts) }
  })
}

function namedBy(meaning: Meaning): { kept: Wanted; merged: Wanted | null } {
  const { resource, id, mergedId } = meaning as SignalMeaning
  return { kept: { resource, recordId: id }, merged: mergedId === undefined ? null : { resource, recordId: mergedId } }
}

type Part = Omit<Plan<never>, 'entry'>

function planRecord(shopId: string, delivery: Stored, wanted: Wanted, answers: Answers): Part {
  const answer: Answer = answers(wanted)
  switch (answer.answer) {
    case 'found': {
      const upsert = { ...answer.upsert, deliveryId: delivery.id }
      const change = { shopId, resource: wanted.resource, channel: 'pull', upsert, deletion: null } as const
      return { changes: [change], result: result('applied') }
    }
    case 'not-found':
      return { changes: [], result: result('applied', 'Shopify does not have the record any more') }
    case 'failed':
      return { changes: [], result: failure(answer.reason, answer.isAway) }
  }
}

/** Of a record that was merged into another: when Shopify does not have it any more, the merge has deleted it. */
function planMerged(shopId: string, delivery: Stored, wanted: Wanted, answers: Answers): Part {
  if (answers(wanted).answer !== 'not-found') return planRecord(shopId, delivery, wanted, answers)
  const { id: deliveryId, topic: via } = delivery
  const deletion = { id: wanted.recordId, observedAt: observedAtOf(delivery), deliveryId, via }
  const change = { shopId, resource: wanted.resource, channel: 'webhook', upsert: null, deletion } as const
  return { changes: [change], result: result('applied') }
}

/** All or nothing: what cannot be read now is told again as a whole. */
function together(parts: readonly Part[]): Part {
  const failed = parts.find((part) => part.result.outcome === 'failed')
  if (failed !== undefined) return failed
  const note = parts.find((part) => part.result.note !== null)?.result.note ?? null
  return { changes: parts.flatMap(({ changes }) => changes), result: result('applied', note) }
}
