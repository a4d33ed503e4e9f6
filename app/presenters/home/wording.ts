/** What merchants call things. A new resource gets its words here. */
import type { Completeness, ResourceName } from '~/resources/resource'

interface Words {
  plural: string
  singular: string
  /** Of the child table that the page counts, the first: one, many. */
  children: readonly [string, string] | null
  /** What the grade of completeness means for this resource. */
  completeness: string
}

/** Everything that Shopify lists is held against Shopify's own count after each run. */
const checked = 'Every run is checked against Shopify’s own count.'

export const words: Readonly<Record<ResourceName, Words>> = {
  products: { plural: 'Products', singular: 'Product', children: ['variant', 'variants'], completeness: checked },
  customers: { plural: 'Customers', singular: 'Customer', children: null, completeness: checked },
  orders: { plural: 'Orders', singular: 'Order', children: ['line item', 'line items'], completeness: checked },
  checkouts: {
    plural: 'Checkouts',
    singular: 'Checkout',
    children: null,
    completeness: 'Shopify lists abandoned checkouts only. Others are known as Shopify announces them.',
  },
  carts: {
    plural: 'Carts',
    singular: 'Cart',
    children: null,
    completeness: 'Shopify has no list of carts to compare with.',
  },
}

export const completenessLabels: Readonly<Record<Completeness, string>> = {
  A: 'Complete',
  B: 'Partly checked',
  C: 'Live only',
}

/** A resource of an old run may no longer exist: then its stored name has to do. */
export function labelOf(resource: string): string {
  return resource in words ? words[resource as ResourceName].plural : resource
}

export const modeLabels: Readonly<Record<string, string>> = { backfill: 'everything', incremental: 'changes' }

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
