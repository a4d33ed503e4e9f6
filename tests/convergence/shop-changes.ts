/** Changes that a shop's randomness makes too seldom, and how a story tells of one. */
import type { Change, SandboxShop } from '../../sandbox/contract.ts'
import type { Id } from '../../sandbox/model.ts'
import { int, pick, type Random } from '../../sandbox/random.ts'

const EDITS = { products: 'product.update', customers: 'customer.update', orders: 'order.update' } as const

export const describeChange = ({ type }: Change, id: Id) => `${type} ${id.slice(-6)}`

/** An edit of many records of one kind in the same second. */
export function burst(shop: SandboxShop, random: Random): { resource: keyof typeof EDITS; told: string } {
  const resource = pick(random, Object.keys(EDITS) as (keyof typeof EDITS)[])
  const tags = [`edit-${int(random, 1, 999)}`]
  const ids = [...shop.store[resource].keys()]
  for (const id of ids) shop.apply({ type: EDITS[resource], id, fields: { tags } })
  return { resource, told: `all ${ids.length} ${resource} are edited` }
}
