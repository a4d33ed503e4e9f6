import { deletionOf } from '../deletion'
import type { Resource } from '../resource'
import { bulkQuery, documents, lineItemsOfOrder } from './documents'
import { lineItemFromNode, orderFromLine, orderFromNode } from './from-node'
import { editOfOrder, orderFromWebhook, paymentOfOrder } from './from-webhook'
import { lineItemsTable, ordersTable, refundsTable, transactionsTable } from './table'

export const orders: Resource = {
  name: 'orders',
  gidType: 'Order',
  table: ordersTable,
  children: [lineItemsTable, refundsTable, transactionsTable],
  completeness: 'A',
  window: { filter: 'updated_at', sortKey: 'UPDATED_AT' },
  lookbackMinutes: 5,
  filterPrecision: 'second',
  creation: { listed: 'created_at', counted: 'created_at' },
  deletionSubject: null,
  // Older orders need the scope read_all_orders (https://shopify.dev/docs/api/usage/access-scopes).
  unseenAfterDays: 60,
  documents,
  nestedLists: [{ field: 'lineItems', document: lineItemsOfOrder }],
  bulk: {
    connection: 'orders',
    query: bulkQuery,
    fromLine: orderFromLine,
    children: { LineItem: { table: lineItemsTable, fromLine: lineItemFromNode } },
  },
  fromNode: orderFromNode,
  topics: {
    'orders/create': orderFromWebhook,
    'orders/updated': orderFromWebhook,
    'orders/paid': orderFromWebhook,
    'orders/cancelled': orderFromWebhook,
    'orders/fulfilled': orderFromWebhook,
    'orders/partially_fulfilled': orderFromWebhook,
    'orders/edited': editOfOrder,
    'orders/delete': deletionOf,
    'refunds/create': paymentOfOrder,
    'order_transactions/create': paymentOfOrder,
  },
}
