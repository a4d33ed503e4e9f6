import { deletionOf } from '../deletion'
import type { Resource } from '../resource'
import { documents, lineItemsOfCheckout } from './documents'
import { checkoutFromNode } from './from-node'
import { checkoutFromWebhook } from './from-webhook'
import { checkoutsTable } from './table'

/**
 * Webhooks tell of every checkout; the Admin API lists those that were abandoned, which are the ones with contact
 * information and without a purchase, and those recovered since
 * (https://shopify.dev/docs/api/admin-graphql/latest/queries/abandonedCheckouts). So one that is not listed may well be
 * there: nothing follows from its absence.
 */
export const checkouts: Resource = {
  name: 'checkouts',
  gidType: 'AbandonedCheckout',
  table: checkoutsTable,
  children: [],
  completeness: 'B',
  window: { filter: 'updated_at', sortKey: 'ID' },
  // Sellers see a checkout count as abandoned ten minutes after its last update and later: by then a shorter look back
  // would have passed it.
  lookbackMinutes: 60,
  filterPrecision: 'second',
  creation: { listed: 'created_at', counted: 'created_at' },
  deletionSubject: null,
  unseenAfterDays: 0,
  documents,
  nestedLists: [{ field: 'lineItems', document: lineItemsOfCheckout }],
  // Its lines are one column of its row, and a bulk operation would bring them one by one.
  bulk: null,
  fromNode: checkoutFromNode,
  topics: {
    'checkouts/create': checkoutFromWebhook,
    'checkouts/update': checkoutFromWebhook,
    'checkouts/delete': deletionOf,
  },
}
