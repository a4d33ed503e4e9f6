import { deletionOf } from '../deletion'
import type { Resource } from '../resource'
import { bulkQuery, documents } from './documents'
import { customerFromNode } from './from-node'
import { customerFromWebhook } from './from-webhook'
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
  deletionSubject: null,
  unseenAfterDays: null,
  documents,
  nestedLists: [],
  bulk: { connection: 'customers', query: bulkQuery, fromLine: customerFromNode, children: {} },
  fromNode: customerFromNode,
  topics: {
    'customers/create': customerFromWebhook,
    'customers/update': customerFromWebhook,
    'customers/delete': deletionOf,
  },
}
