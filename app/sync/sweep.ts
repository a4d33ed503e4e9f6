/**
 * Finds what a pull by date cannot see: records that are gone from the shop without a word. When Shopify counts other
 * than the copy has, its events are asked for deletions, where it keeps such, and if these do not explain it, all ids are
 * listed. What the copy has too much is asked for by id, and only what Shopify then does not know is tombstoned; what it
 * lacks is read.
 */
import type { Resource } from '../resources/resource'
import type { Counted, Counts, Instant, PullTarget, RunPort, SourcePort } from './ports'
import { repair } from './repair'

/** Shopify pages through at most 25,000 records of one list (https://shopify.dev/docs/api/usage/limits). */
const MOST_IDS = 25_000

export interface Known {
  /** Shopify's count, if it has just been asked for. */
  all: Counted | null
  /** From where the run has read; null: from the beginning. */
  since: Instant | null
}

export interface SweepPorts {
  source: SourcePort
  runs: RunPort
  kindOf: (error: unknown) => string | null
}

/** Throws what the source throws; what was found until then is stored. */
export async function sweep(target: PullTarget, { all, since }: Known, ports: SweepPorts): Promise<Counts> {
  const { source, runs } = ports
  const { resource } = target
  if (all?.exact && all.count === (await runs.liveCount())) return inStep(all.count)
  // A webhook may have changed the copy since that count: only one that is asked for now tells of a difference.
  const { count: inShopify, exact } = await source.count(resource, null)
  let inCopy = await runs.liveCount()
  if (!exact || inShopify === inCopy) return { ...inStep(inShopify), inCopy }

  const destroyed = since === null ? [] : await runs.liveAmong(await toldSince(since, resource, ports))
  const told = await repair(destroyed, { target, via: 'events' }, source, runs)
  inCopy -= told.deleted.length
  if (inShopify === inCopy || inShopify > MOST_IDS) {
    return { inShopify, inCopy, vanished: told.deleted.length, recovered: 0 }
  }

  const { ids, observedAt } = await source.ids(resource)
  const { vanished, missing, unseen } = await runs.compareIds(ids, observedAt)
  const found = await repair([...vanished, ...missing], { target, via: 'sweep' }, source, runs)
  const inCopyNow = (await runs.liveCount()) - unseen
  const vanishedCount = told.deleted.length + found.deleted.length
  return { inShopify, inCopy: inCopyNow, vanished: vanishedCount, recovered: found.written.length }
}

/** None where Shopify refuses the events: the list of all ids tells as much. */
async function toldSince(since: Instant, resource: Resource, { source, kindOf }: SweepPorts): Promise<string[]> {
  try {
    return await source.deletedSince(resource, since)
  } catch (error) {
    if (kindOf(error) !== 'permanent') throw error
    return []
  }
}

const inStep = (count: number): Counts => ({ inShopify: count, inCopy: count, vanished: 0, recovered: 0 })
