import type { DeletionPayload, ShopSubscription, SubscriptionPayload } from '../../webhooks/shop-subscriptions.ts'
import { pageOf, sortRecords } from '../connection.ts'
import type { ConnectionArguments, SortOrder } from '../connection.ts'
import { notModelled } from '../errors.ts'
import { gid, idOf } from '../ids.ts'
import { API_VERSION } from '../schema.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

const WEBHOOK_SUBSCRIPTION = 'WebhookSubscription'

interface SubscriptionListArguments extends ConnectionArguments {
  topics?: string[] | null
  uri?: string | null
  format?: 'JSON' | 'XML' | null
  sortKey?: string | null
  query?: string | null
  callbackUrl?: string | null
}

interface SubscriptionInput {
  uri?: string | null
  format?: 'JSON' | 'XML' | null
}

const SORT_VALUES: Record<string, (subscription: ShopSubscription) => string> = {
  CREATED_AT: (subscription) => subscription.createdAt,
  ID: () => '',
}

export const subscriptionResolvers: Resolvers = {
  WebhookSubscription: fieldsOf<ShopSubscription>({
    id: (subscription) => gid(WEBHOOK_SUBSCRIPTION, subscription.id),
    legacyResourceId: (subscription) => subscription.id,
    topic: (subscription) => subscription.topic,
    uri: (subscription) => subscription.uri,
    format: () => 'JSON',
    filter: () => null,
    name: () => null,
    includeFields: () => [],
    metafieldNamespaces: () => [],
    apiVersion: () => API_VERSION,
    createdAt: (subscription) => subscription.createdAt,
    updatedAt: (subscription) => subscription.updatedAt,
  }),
  ApiVersion: fieldsOf<string>({
    handle: (version) => version,
    displayName: (version) => version,
    supported: () => true,
  }),
  WebhookSubscriptionCreatePayload: payloadFields(),
  WebhookSubscriptionUpdatePayload: payloadFields(),
  WebhookSubscriptionDeletePayload: fieldsOf<DeletionPayload>({
    deletedWebhookSubscriptionId: ({ deletedId }) => deletedId && gid(WEBHOOK_SUBSCRIPTION, deletedId),
    userErrors: (payload) => payload.userErrors,
  }),
}

/** The fields of the query root. */
export const subscriptionQueries = {
  ...fieldsOf<unknown, { id: string }>({
    webhookSubscription: (_, { id }, { subscriptions }) => subscriptions.find(idOf(WEBHOOK_SUBSCRIPTION, id)),
  }),
  ...fieldsOf<unknown, SubscriptionListArguments>({
    webhookSubscriptions(_, { topics, uri, format, query, callbackUrl, ...args }, { subscriptions }) {
      if (query) throw notModelled('the argument query of webhookSubscriptions')
      if (callbackUrl) throw notModelled('the argument callbackUrl of webhookSubscriptions, which is deprecated')
      const name = args.sortKey ?? 'CREATED_AT'
      const value = SORT_VALUES[name]
      if (!value) throw notModelled(`the sort key ${name} of ${WEBHOOK_SUBSCRIPTION}`)
      const order: SortOrder<ShopSubscription> = { name, value, id: ({ id }) => id }
      const found = subscriptions.all.filter(
        (one) => format !== 'XML' && (topics?.includes(one.topic) ?? true) && (uri ?? one.uri) === one.uri,
      )
      const sorted = sortRecords(found, order)
      return pageOf(args.reverse ? sorted.toReversed() : sorted, order, args)
    },
  }),
}

/** The fields of the mutation root. */
export const subscriptionMutations = {
  ...fieldsOf<unknown, { topic: string; webhookSubscription: SubscriptionInput }>({
    webhookSubscriptionCreate: (_, { topic, webhookSubscription }, { subscriptions }) =>
      subscriptions.create(topic, modelled(webhookSubscription).uri),
  }),
  ...fieldsOf<unknown, { id: string; webhookSubscription: SubscriptionInput }>({
    webhookSubscriptionUpdate: (_, { id, webhookSubscription }, { subscriptions }) =>
      subscriptions.update(idOf(WEBHOOK_SUBSCRIPTION, id), modelled(webhookSubscription).uri),
  }),
  ...fieldsOf<unknown, { id: string }>({
    webhookSubscriptionDelete: (_, { id }, { subscriptions }) => subscriptions.delete(idOf(WEBHOOK_SUBSCRIPTION, id)),
  }),
}

/** Filters, chosen fields and XML would have to show in the bodies that are sent. */
function modelled(input: SubscriptionInput): SubscriptionInput {
  if (input.format === 'XML') throw notModelled('the format XML of WebhookSubscriptionInput')
  const strange = Object.keys(input).find((name) => name !== 'uri' && name !== 'format')
  if (strange !== undefined) throw notModelled(`WebhookSubscriptionInput.${strange}`)
  return input
}

function payloadFields() {
  return fieldsOf<SubscriptionPayload>({
    webhookSubscription: (payload) => payload.webhookSubscription,
    userErrors: (payload) => payload.userErrors,
  })
}
