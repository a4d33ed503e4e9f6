/** What deliveries change in the copy, on its way to ingest. */
import { allOf } from '../db/statements'
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
 * wait for each other instead of deadlocking. What webhooks bring is merged by the first statements of its resource, so that the
 * resources need not wait for each other. Deletions are locked later, and of what was read from Shopify it is looked first
 * whom it is about: there they have to. Returns the changes that changed nothing, for the copy, or another of them, has a
 * newer version.
 */
export async function applyChanges(copy: CopyPort, changes: readonly Change[]): Promise<Set<Change>> {
  const ofResources = Map.groupBy(changes, ({ resource }) => resource.name)
  const names = [...ofResources.keys()].sort()
  const apply = (name: (typeof names)[number]) => applyToResource(copy, ofResources.get(name)!)
  if (changes.every(({ upsert, channel }) => upsert !== null && channel === 'webhook'))
    return new Set((await allOf(names.map(apply))).flat())
  const stale = new Set<Change>()
  for (const name of names) for (const change of await apply(name)) stale.add(change)
  return stale
}

/** What a webhook tells of a record comes after what was read of it, and is done by then. */
async function applyToResource(copy: CopyPort, changes: readonly Change[]): Promise<Change[]> {
  const stale: Change[] = []
  const ofChannels = Map.groupBy(changes, ({ channel }) => channel)
  for (const channel of [...ofChannels.keys()].sort()) {
    const { resource } = changes[0]!
    const shops = [...Map.groupBy(ofChannels.get(channel)!, ({ shopId }) => shopId)]
    const batches = shops.map(([shopId, ofShop]) => ({
      shopId,
      records: ofShop.flatMap(({ upsert }) => upsert ?? []),
      deletions: ofShop.flatMap(({ deletion }) => deletion ?? []),
    }))
    const ingested = await ingestShops(copy, { resource, channel, runId: null }, batches)
    shops.forEach(([, ofShop], index) => stale.push(...staleAmong(ofShop, ingested[index]!)))
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
