import { deletionOf } from '../deletion'
import type { Resource } from '../resource'
import { bulkQuery, documents, variantsOfProduct } from './documents'
import { productFromLine, productFromNode, variantFromNode } from './from-node'
import { productFromWebhook } from './from-webhook'
import { productsTable, variantsTable } from './table'

export const products: Resource = {
  name: 'products',
  gidType: 'Product',
  table: productsTable,
  children: [variantsTable],
  completeness: 'A',
  window: { filter: 'updated_at', sortKey: 'UPDATED_AT' },
  lookbackMinutes: 5,
  filterPrecision: 'second',
  creation: { listed: 'created_at', counted: 'created_at' },
  deletionSubject: 'PRODUCT',
  unseenAfterDays: null,
  documents,
  nestedLists: [{ field: 'variants', document: variantsOfProduct }],
  bulk: {
    connection: 'products',
    query: bulkQuery,
    fromLine: productFromLine,
    children: { ProductVariant: { table: variantsTable, fromLine: variantFromNode } },
  },
  fromNode: productFromNode,
  topics: {
    'products/create': productFromWebhook,
    'products/update': productFromWebhook,
    'products/delete': deletionOf,
  },
}
