/**
 * The webhook subscriptions that the app made in one shop through the API. Shopify does not list those of shopify.app.toml
 * here: "Returns only shop-scoped subscriptions, not app-scoped subscriptions configured in TOML files" (the schema, 2026-10).
 */
import { requestAdmin, type RequestOptions } from './admin-client.server'
import { SourceError } from './source-error'
import { CREATE, DELETE, LIST, UPDATE } from './webhook-subscription-documents'
import { enumOfTopic, topicOfEnum } from './webhook-topics'

export interface ShopSubscription {
  /** The gid. */
  id: string
  /** `orders/create` */
  topic: string
  /** An https address, `pubsub://…` or the ARN of an event bus. */
  uri: string
}

/**
 * What became of a change that Shopify carries out or objects to, in which case `reason` has its words. `taken`, `unknown`:
 * somebody else was faster, if that can be of such a change.
 */
export type SubscriptionChange =
  | { outcome: 'done' }
  /** The topic has a subscription with this address already. */
  | { outcome: 'taken'; reason: string }
  /** There is no such subscription any more; or something else that the change names is not there. */
  | { outcome: 'unknown'; reason: string }
  | { outcome: 'refused'; reason: string }

/** Each throws SourceError when Shopify does not answer, or not with what was asked for. */
export interface SubscriptionsPort {
  /** All of them, in the order in which they were made. */
  list(): Promise<ShopSubscription[]>
  create(topic: string, uri: string): Promise<SubscriptionChange>
  update(id: string, uri: string): Promise<SubscriptionChange>
  delete(id: string): Promise<SubscriptionChange>
}

/** A connection gives as many at once as this (https://shopify.dev/docs/api/usage/pagination-graphql). */
const PAGE_SIZE = 100

interface Listed {
  webhookSubscriptions: { nodes: ShopSubscription[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

interface Changed {
  userErrors: { field: string[] | null; message: string }[]
}

/** `signal` ends waits and requests. */
export function subscriptionsOf(domain: string, signal: AbortSignal, options: RequestOptions = {}): SubscriptionsPort {
  async function change(document: string, name: string, variables: Record<string, unknown>) {
    const { data } = await requestAdmin<Record<string, Changed | null>>(domain, document, variables, signal, options)
    const changed = data[name]
    if (changed == null) throw new SourceError('retryable', 'Shopify did not say what became of a subscription.')
    return readErrors(changed.userErrors)
  }

  return {
    async list() {
      const all: ShopSubscription[] = []
      let after: string | null = null
      for (;;) {
        const variables: Record<string, unknown> = { first: PAGE_SIZE, after }
        const { data } = await requestAdmin<Listed>(domain, LIST, variables, signal, options)
        const { nodes, pageInfo } = data.webhookSubscriptions
        all.push(...nodes.map((node) => ({ ...node, topic: topicOfEnum(node.topic) })))
        if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return all
        after = pageInfo.endCursor
      }
    },
    create: (topic, uri) => change(CREATE, 'webhookSubscriptionCreate', { topic: enumOfTopic(topic), uri }),
    update: (id, uri) => change(UPDATE, 'webhookSubscriptionUpdate', { id, uri }),
    delete: (id) => change(DELETE, 'webhookSubscriptionDelete', { id }),
  }
}

/** `UserError` has no code: what an objection means can be told by its words alone. */
function readErrors(errors: Changed['userErrors']): SubscriptionChange {
  const [first] = errors
  if (first === undefined) return { outcome: 'done' }
  const reason = errors.map(({ message }) => message).join('; ')
  if (/already been taken/i.test(first.message)) return { outcome: 'taken', reason }
  if (/does not exist|not found/i.test(first.message)) return { outcome: 'unknown', reason }
  return { outcome: 'refused', reason }
}
