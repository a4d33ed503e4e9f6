/** Changes that a shop's randomness makes too seldom, and how a story tells of one. */
import type { Change, SandboxShop } from '../../sandbox/contract.ts'
import type { Id } from '../../sandbox/model.ts'
import { int, pick, type Random } from '../../sandbox/random.ts'

const EDITS = { products: 'product.update', customers: 'customer.update', orders: 'order.update' } as const

export const describeChange = ({ type }: Change, id: Id) => `${type} ${id.slice(-6)}`

/** Where there is nothing of its kind to delete, a new record. */
export function anyDeletion({ store }: SandboxShop, random: Random): Change {
  const kind = pick(random, ['product', 'order'] as const)
  const ids = [...(kind === 'product' ? store.products : store.orders).keys()]
  return ids.length === 0 ? { type: `${kind}.create` } : { type: `${kind}.delete`, id: pick(random, ids) }
}

/**
 * Of the oldest order. Shopify may have older ones than it shows, so that where nobody tells of its deletion, nothing
 * follows from its absence: the copy keeps it, as it must.
 */
export function isUnprovable({ store }: SandboxShop, change: Change): boolean {
  if (change.type !== 'order.delete') return false
  const created = store.orders.get(change.id)?.createdAt ?? ''
  return [...store.orders.values()].every(({ createdAt }) => createdAt >= created)
}

export type Edited = keyof typeof EDITS

const RESOURCES = Object.keys(EDITS) as Edited[]

export const anyOf = (random: Random): Edited => pick(random, RESOURCES)

/** Of which the shop has the most. */
export const mostIn = ({ store }: SandboxShop): Edited =>
  RESOURCES.reduce((most, one) => (store[one].size > store[most].size ? one : most))

/** Edits all records of one kind in the same second. Says how many. */
export function editAll(shop: SandboxShop, resource: Edited, random: Random): number {
  const tags = [`edit-${int(random, 1, 999)}`]
  const ids = [...shop.store[resource].keys()]
  for (const id of ids) shop.apply({ type: EDITS[resource], id, fields: { tags } })
  return ids.length
}
