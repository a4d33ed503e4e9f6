import { deletionOf } from '../deletion'
import type { Resource } from '../resource'
import { bulkQuery, documents } from './documents'
import { customerFromNode } from './from-node'
import { customerFromWebhook, mergeOfCustomers } from './from-webhook'
import { customersTable } from './table'

export const customers: Resource = {
  name: 'customers',
  gidType: 'Customer',
  table: customersTable,
  children: [],
  completeness: 'A',
  window: { filter: 'updated_at', sortKey: 'UPDATED_AT' },
  lookbackMinutes: 5,
  // The schema describes customers' updated_at filter as matching a whole day.
  filterPrecision: 'day',
  // By the schema the list has no filter created_at and the count no customer_date; Shopify ignores a filter that it does
  // not document. customer_date is a time, not a whole day.
  creation: { listed: 'customer_date', counted: 'created_at' },
  deletionSubject: null,
  unseenAfterDays: null,
  documents,
  nestedLists: [],
  bulk: { connection: 'customers', query: bulkQuery, fromLine: customerFromNode, children: {} },
  fromNode: customerFromNode,
  topics: {
    'customers/create': customerFromWebhook,
    'customers/update': customerFromWebhook,
    'customers/enable': customerFromWebhook,
    'customers/disable': customerFromWebhook,
    'customers/merge': mergeOfCustomers,
    'customers/delete': deletionOf,
  },
}
