/** Every mirrored resource. A new one is a folder, a line here and a migration. */
import { customers } from './customers'
import { orders } from './orders'
import { products } from './products'
import type { Resource, ResourceName } from './resource'

export const resources: Readonly<Record<ResourceName, Resource>> = { products, customers, orders }

/** The resource that a webhook topic such as `orders/updated` concerns, if any. */
export function resourceOfTopic(topic: string): Resource | undefined {
  return Object.values(resources).find((resource) => Object.hasOwn(resource.topics, topic))
}
