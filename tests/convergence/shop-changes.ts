/** Changes that a shop's randomness makes too seldom, and how a story tells of one. */
import type { Change, SandboxShop } from '../../sandbox/contract.ts'
import type { Id } from '../../sandbox/model.ts'
import { int, pick, type Random } from '../../sandbox/random.ts'

export const describeChange = ({ type }: Change, id: Id) => `${type} ${id.slice(-6)}`

/** An edit of many records of one kind in the same second. Says what it did. */
export function burst(shop: SandboxShop, random: Random): string {
  const { products, customers, orders } = shop.store
  const tags = [`edit-${int(random, 1, 999)}`]
  const kinds: Record<string, (id: Id) => Change> = {
    products: (id) => ({ type: 'product.update', id, fields: { tags } }),
    customers: (id) => ({ type: 'customer.update', id, fields: { tags } }),
    orders: (id) => ({ type: 'order.update', id, fields: { tags } }),
  }
  const kind = pick(random, Object.keys(kinds))
  const ids = [...{ products, customers, orders }[kind as 'products'].keys()]
  for (const id of ids) shop.apply(kinds[kind]!(id))
  return `all ${ids.length} ${kind} are edited`
}
