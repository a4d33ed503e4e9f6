/** What deliveries change in the copy, on its way to ingest. */
import type { Channel, MirroredResource } from '../resources/resource'
import { type Ingested, ingestShops, newestOfEach } from '../sync/ingest'
import type { CopyPort, ObservedDeletion, ObservedRecord } from '../sync/ports'
import { type Delivery, observedAtOf } from './delivery'
import type { Meaning } from './read-meaning'

export interface Change {
  shopId: string
  resource: MirroredResource
  /** `pull` for a record that was read from Shopify because its delivery did not carry it. */
  channel: Channel
  upsert: ObservedRecord | null
  deletion: ObservedDeletion | null
}

/** Null when the delivery does not say by itself what to change. */
export function changeOf(
  meaning: Meaning,
  delivery: Pick<Delivery, 'topic' | 'triggeredAt' | 'receivedAt'>,
  ids: { shopId: string; deliveryId: string },
): Change | null {
  const { shopId, deliveryId } = ids
  const observedAt = observedAtOf(delivery)
  if (meaning.meaning === 'upsert') {
    const upsert = { record: meaning.record, observedAt, deliveryId }
    return { shopId, resource: meaning.resource, channel: 'webhook', upsert, deletion: null }
  }
  if (meaning.meaning === 'delete') {
    const deletion = { id: meaning.id, observedAt, deliveryId, via: delivery.topic }
    return { shopId, resource: meaning.resource, channel: 'webhook', upsert: null, deletion }
  }
  return null
}

/**
 * One ingest for each resource and channel, always in the same order, so that two processes which change the same tables
 * wait for each other instead of deadlocking. Returns the changes that changed nothing, for the copy, or another of them,
 * has a newer version.
 */
export async function applyChanges(copy: CopyPort, changes: readonly Change[]): Promise<Set<Change>> {
  const stale = new Set<Change>()
  const groups = Map.groupBy(changes, ({ resource, channel }) => `${resource.name} ${channel}`)
  for (const key of [...groups.keys()].sort()) {
    const { resource, channel } = groups.get(key)![0]!
    const shops = [...Map.groupBy(groups.get(key)!, ({ shopId }) => shopId)]
    const batches = shops.map(([shopId, ofShop]) => ({
      shopId,
      records: ofShop.flatMap(({ upsert }) => upsert ?? []),
      deletions: ofShop.flatMap(({ deletion }) => deletion ?? []),
    }))
    const ingested = await ingestShops(copy, { resource, channel, runId: null }, batches)
    for (const [index, [, ofShop]] of shops.entries())
      for (const change of staleAmong(ofShop, ingested[index]!)) stale.add(change)
  }
  return stale
}

function staleAmong(group: readonly Change[], ingested: Ingested): Change[] {
  const newest = new Set(newestOfEach(group.flatMap(({ upsert }) => upsert ?? [])))
  const old = new Set(ingested.stale)
  const deleted = new Set(ingested.deleted)
  return group.filter(({ upsert, deletion }) => {
    if (deletion !== null) return !deleted.has(deletion.id)
    return upsert !== null && (old.has(upsert.record.id) || !newest.has(upsert))
  })
}
