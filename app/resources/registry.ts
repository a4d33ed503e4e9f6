/** Every mirrored resource. A new one is a folder, a line here and a migration. */
import { carts } from './carts'
import { checkouts } from './checkouts'
import { customers } from './customers'
import { orders } from './orders'
import { products } from './products'
import type { MirroredResource, PulledName, Resource } from './resource'

/** Those that Shopify lists. */
export const pulledResources: Readonly<Record<PulledName, Resource>> = { products, customers, orders, checkouts }

export const resources: Readonly<Record<PulledName, Resource> & Record<'carts', MirroredResource>> = {
  ...pulledResources,
  carts,
}

/** The resource that a webhook topic such as `orders/updated` concerns, if any. */
export function resourceOfTopic(topic: string): MirroredResource | undefined {
  return Object.values<MirroredResource>(resources).find((resource) => Object.hasOwn(resource.topics, topic))
}
