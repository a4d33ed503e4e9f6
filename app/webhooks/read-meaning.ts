/** What a delivery asks of the copy. Pure: each is read on its own, before any of them touches the database. */
import { resourceOfTopic } from '../resources/registry'
import { isPulled, type MirroredResource, type Resource, type WebhookMeaning } from '../resources/resource'
import type { Delivery } from './delivery'
import { reasonOf } from './failure'

export type Meaning =
  | (Exclude<WebhookMeaning, { meaning: 'signal' }> & { resource: MirroredResource })
  | (Extract<WebhookMeaning, { meaning: 'signal' }> & { resource: Resource })
  /** The body lacks what a row needs, or has it in another form than Shopify documents. */
  | { meaning: 'unreadable'; resource: MirroredResource; reason: string }
  /** No resource of the copy listens to this topic. */
  | { meaning: 'unknown' }

/** What of the copy a delivery is about. */
export interface About {
  resource: string
  recordId: string
}

/** Null when the body does not say. */
export function aboutOf(meaning: Meaning): About | null {
  switch (meaning.meaning) {
    case 'upsert':
      return { resource: meaning.resource.name, recordId: meaning.record.id }
    case 'delete':
    case 'signal':
      return { resource: meaning.resource.name, recordId: meaning.id }
    case 'unreadable':
    case 'unknown':
      return null
  }
}

export function readMeaning({ topic, body }: Pick<Delivery, 'topic' | 'body'>): Meaning {
  const resource = resourceOfTopic(topic)
  const read = resource?.topics[topic]
  if (resource === undefined || read === undefined) return { meaning: 'unknown' }
  try {
    const meaning = read(body)
    if (meaning.meaning !== 'signal') return { ...meaning, resource }
    if (isPulled(resource)) return { ...meaning, resource }
    return { meaning: 'unreadable', resource, reason: 'the body names a record that cannot be read from Shopify' }
  } catch (error) {
    return { meaning: 'unreadable', resource, reason: reasonOf(error) }
  }
}
