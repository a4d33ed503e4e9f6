/** What merchants call things. A new resource gets its words here. */
import type { ResourceName } from '~/resources/resource'

interface Words {
  plural: string
  singular: string
  /** Of the child table: one, many. */
  children: readonly [string, string] | null
}

export const words: Readonly<Record<ResourceName, Words>> = {
  products: { plural: 'Products', singular: 'Product', children: ['variant', 'variants'] },
  customers: { plural: 'Customers', singular: 'Customer', children: null },
  orders: { plural: 'Orders', singular: 'Order', children: ['line item', 'line items'] },
}

/** A resource of an old run may no longer exist: then its stored name has to do. */
export function labelOf(resource: string): string {
  return resource in words ? words[resource as ResourceName].plural : resource
}

export const modeLabels: Readonly<Record<string, string>> = { backfill: 'Everything', incremental: 'Changes' }

export const triggerLabels: Readonly<Record<string, string>> = {
  install: 'After install',
  schedule: 'Scheduled',
  manual: 'Sync now',
  'catch-up': 'Catching up',
}

/** `products`, `products and orders`, `products, customers and orders`. */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** An error ends as a sentence, whoever wrote it. */
export function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
