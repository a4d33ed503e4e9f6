import { addressFromBody } from '../address'
import { type BodyColumns, carriedBy } from '../carried'
import { filledText, idOf, required, textOf, timeOf, wordOf } from '../read-values'
import type { WebhookBody, WebhookMeaning } from '../resource'

/**
 * Tags, order count, amount spent and consent are in no customer body; its `currency` is the one of the last order, not
 * the one of the amount spent.
 */
const CUSTOMER: BodyColumns = {
  email: ['email', filledText],
  phone: ['phone', filledText],
  first_name: ['first_name', textOf],
  last_name: ['last_name', textOf],
  state: ['state', wordOf],
  default_address: ['default_address', addressFromBody],
  created_at: ['created_at', timeOf],
}

/** customers/create, customers/update, customers/enable and customers/disable. */
export function customerFromWebhook(body: WebhookBody): WebhookMeaning {
  return {
    meaning: 'upsert',
    record: {
      id: idOf(body.admin_graphql_api_id ?? body.id, 'id'),
      sourceUpdatedAt: required(timeOf(body.updated_at, 'updated_at'), 'updated_at'),
      fields: carriedBy(body, CUSTOMER),
      children: {},
    },
  }
}

/**
 * customers/merge names two customers, and not how they are now. A merge that failed is announced as well, and has both
 * read all the same: that is cheaper than to rely on words of which Shopify documents no list.
 */
export function mergeOfCustomers(body: WebhookBody): WebhookMeaning {
  const { admin_graphql_api_customer_kept_id: kept, admin_graphql_api_customer_deleted_id: merged } = body
  return {
    meaning: 'signal',
    id: idOf(kept, 'admin_graphql_api_customer_kept_id'),
    mergedId: idOf(merged, 'admin_graphql_api_customer_deleted_id'),
    reason: 'the body tells of a merge alone',
    ids: { admin_graphql_api_customer_kept_id: kept, admin_graphql_api_customer_deleted_id: merged },
  }
}
