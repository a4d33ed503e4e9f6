/** What a delivery asks of the copy. Pure: each is read on its own, before any of them touches the database. */
import { resourceOfTopic } from '../resources/registry'
import type { Resource, WebhookMeaning } from '../resources/resource'
import type { Delivery } from './delivery'
import { reasonOf } from './failure'

export type Meaning =
  | (WebhookMeaning & { resource: Resource })
  /** The body lacks what a row needs, or has it in another form than Shopify documents. */
  | { meaning: 'unreadable'; resource: Resource; reason: string }
  /** No resource of the copy listens to this topic. */
  | { meaning: 'unknown' }

export function readMeaning({ topic, body }: Pick<Delivery, 'topic' | 'body'>): Meaning {
  const resource = resourceOfTopic(topic)
  const read = resource?.topics[topic]
  if (resource === undefined || read === undefined) return { meaning: 'unknown' }
  try {
    return { ...read(body), resource }
  } catch (error) {
    return { meaning: 'unreadable', resource, reason: reasonOf(error) }
  }
}
