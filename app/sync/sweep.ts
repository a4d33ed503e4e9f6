/**
 * Finds what a pull by date cannot see: records that are gone from the shop without a word. When Shopify counts other
 * than the copy has, its events are asked for deletions, where it keeps such, and if these do not explain it, all ids are
 * listed. What the copy has too much is asked for by id, and only what Shopify then does not know is tombstoned; what it
 * lacks is read.
 */
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

/** Throws what the source throws; what was found until then is stored. */
export async function sweep(
  target: PullTarget,
  { all, since }: Known,
  source: SourcePort,
  runs: RunPort,
): Promise<Counts> {
  const { resource } = target
  if (all?.exact && all.count === (await runs.liveCount())) return inStep(all.count)
  // A webhook may have changed the copy since that count: only one that is asked for now tells of a difference.
  const { count: inShopify, exact } = await source.count(resource, null)
  let inCopy = await runs.liveCount()
  if (!exact || inShopify === inCopy) return { ...inStep(inShopify), inCopy }

  const destroyed = since === null ? [] : await runs.liveAmong(await source.deletedSince(resource, since))
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

const inStep = (count: number): Counts => ({ inShopify: count, inCopy: count, vanished: 0, recovered: 0 })
