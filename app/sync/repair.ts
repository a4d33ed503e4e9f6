/** Looks once more at records of which the copy differs from what Shopify listed, and makes them what Shopify has now. */
import { ingest, normalizeNodes } from './ingest'
import type { PullTarget, RunPort, SourcePort } from './ports'

/** As many as Shopify takes. */
export const IDS_AT_ONCE = 250

export interface Repaired {
  /** Ids that the copy had wrong or not at all. */
  written: string[]
  /** Ids that Shopify no longer has, and the copy had. */
  deleted: string[]
}

/**
 * Reads the records by their ids: what Shopify knows is merged, what it does not know is tombstoned. A difference that has
 * gone by itself meanwhile is in neither list.
 *
 * @param via what `deleted_via` says of a tombstone
 */
export async function repair(
  ids: readonly string[],
  { target, via }: { target: PullTarget; via: string },
  source: SourcePort,
  { store }: Pick<RunPort, 'store'>,
): Promise<Repaired> {
  const repaired: Repaired = { written: [], deleted: [] }
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const chunk = ids.slice(start, start + IDS_AT_ONCE)
    const { nodes, observedAt } = await source.nodes(target.resource, chunk)
    const found = new Set(nodes.map(({ id }) => id.replace(/^.*\//, '')))
    const gone = chunk.filter((id) => !found.has(id))
    const deletions = gone.map((id) => ({ id, observedAt, deliveryId: null, via }))
    await store(async (copy) => {
      const done = await ingest(copy, { target, ...normalizeNodes(target, nodes, observedAt), deletions })
      repaired.written.push(...done.written)
      repaired.deleted.push(...done.deleted)
    })
  }
  return repaired
}
