/** What merchants call what a topic announces. */
import { words } from '~/presenters/home/wording'
import { resourceOfTopic } from '~/resources/registry'

const events: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'changed',
  updated: 'changed',
  paid: 'paid',
  cancelled: 'cancelled',
  fulfilled: 'fulfilled',
  partially_fulfilled: 'partly fulfilled',
  edited: 'edited',
  delete: 'deleted',
  enable: 'account enabled',
  disable: 'account disabled',
  merge: 'merged',
}

const others: Readonly<Record<string, string>> = {
  'refunds/create': 'Orders: refunded',
  'order_transactions/create': 'Orders: payment made',
  'bulk_operations/finish': 'Large downloads: ready',
  'shop/update': 'Shop: details changed',
  'app/uninstalled': 'Lockstep: uninstalled',
  'app/scopes_update': 'Lockstep: permissions changed',
}

/** `Orders: changed`; a topic that nobody here knows goes by its own name. */
export function topicLabel(topic: string): string {
  const resource = resourceOfTopic(topic)
  const event = events[topic.replace(/^.*\//, '')]
  return (
    others[topic] ??
    (resource !== undefined && event !== undefined ? `${words[resource.name].plural}: ${event}` : topic)
  )
}
