/** What a delivery asks of the copy. Pure: each is read on its own, before any of them touches the database. */
import { resourceOfTopic } from '../resources/registry'
import { type Resource, UnreadableRecord, type WebhookMeaning } from '../resources/resource'
import type { Delivery } from './delivery'

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

/** The class of an error and, where it is known to hold no content, its message. Safe to store and to log. */
export function reasonOf(error: unknown): string {
  if (error instanceof UnreadableRecord) return `${error.name}: ${error.message}`
  if (!(error instanceof Error)) return 'an unknown error'
  const { code } = error as Error & { code?: unknown }
  return typeof code === 'string' ? `${error.name} ${code}` : error.name
}
