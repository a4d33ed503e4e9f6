import { isListed } from '../../abandoned.ts'
import { isBulkOperation } from '../../bulk/bulk-operation.ts'
import type { Id } from '../../model.ts'
import type { MutableShopStore } from '../../store.ts'
import { accessDenied, badRequest, holdsAccess, notModelled } from '../errors.ts'
import { idOf, parseGid } from '../ids.ts'
import { adminSchema } from '../schema.ts'
import { bulkQueries } from './bulk-operations.ts'
import { eventQueries, isEvent } from './events.ts'
import { countRecords, listRecords } from './lists.ts'
import type { CountArguments, ListArguments } from './lists.ts'
import { fieldsOf } from './resolver.ts'
import type { RequestScope, Resolvers } from './resolver.ts'
import { subscriptionQueries } from './webhook-subscriptions.ts'

const MAX_INPUT_SIZE = 250

type Finder = (id: Id, scope: RequestScope) => object | null

const FINDERS: Record<string, Finder> = {
  Product: (id, { store }) => store.products.get(id) ?? null,
  ProductVariant: (id, { index }) => index.variant(id),
  Customer: (id, { store }) => store.customers.get(id) ?? null,
  Order: (id, { store }) => store.orders.get(id) ?? null,
  LineItem: (id, { index }) => index.line(id),
  AbandonedCheckout: (id, { store }) => listedCheckout(store, id),
  Refund: (id, { index }) => index.refund(id),
  OrderTransaction: (id, { index }) => index.transaction(id),
  Shop: (id, { store }) => (id === store.shop.id ? store.shop : null),
  BulkOperation: (id, { bulk }) => bulk.find(id),
  BasicEvent: (id, { store }) => store.events.get(id) ?? null,
}

export const queryResolvers: Resolvers = {
  QueryRoot: {
    ...bulkQueries,
    ...eventQueries,
    ...subscriptionQueries,
    ...fieldsOf<unknown, ListArguments>({
      products: (_, args, scope, info) => listRecords('Product', args, scope, info),
      productVariants: (_, args, scope, info) => listRecords('ProductVariant', args, scope, info),
      customers: (_, args, scope, info) => listRecords('Customer', args, scope, info),
      orders: (_, args, scope, info) => listRecords('Order', args, scope, info),
      abandonedCheckouts: (_, args, scope, info) => listRecords('AbandonedCheckout', args, scope, info),
    }),
    ...fieldsOf<unknown, CountArguments>({
      productsCount: (_, args, scope, info) => countRecords('Product', args, scope, info),
      productVariantsCount: (_, args, scope, info) => countRecords('ProductVariant', args, scope, info),
      customersCount: (_, args, scope, info) => countRecords('Customer', args, scope, info),
      ordersCount: (_, args, scope, info) => countRecords('Order', args, scope, info),
      abandonedCheckoutsCount: (_, args, scope, info) => countRecords('AbandonedCheckout', args, scope, info),
    }),
    ...fieldsOf<unknown, { id: string }>({
      product: (_, { id }, { store }) => store.products.get(idOf('Product', id)) ?? null,
      productVariant: (_, { id }, { index }) => index.variant(idOf('ProductVariant', id)),
      customer: (_, { id }, { store }) => store.customers.get(idOf('Customer', id)) ?? null,
      order: (_, { id }, { store }) => store.orders.get(idOf('Order', id)) ?? null,
      node: (_, { id }, scope) => findNode(id, 'node', scope),
    }),
    ...fieldsOf<unknown, { ids: string[] }>({
      nodes(_, { ids }, scope) {
        if (ids.length > MAX_INPUT_SIZE)
          throw badRequest(
            `The input array size of ${ids.length} is greater than the maximum allowed of ${MAX_INPUT_SIZE}.`,
          )
        return ids.map((id) => findNode(id, 'nodes', scope))
      },
    }),
    ...fieldsOf<unknown>({
      shop: (_, __, { store }) => store.shop,
      currentAppInstallation: (_, __, { store }) => store.shop,
    }),
  },
}

/** The schema's name for what `findNode` found, for the interfaces through which it is read. */
export function nodeTypeName(value: unknown, store: MutableShopStore): string {
  const record = value as { id: Id; productId?: Id; line?: unknown; refund?: unknown; transaction?: unknown }
  if (isBulkOperation(record)) return 'BulkOperation'
  if (isEvent(record)) return 'BasicEvent'
  if (record.line) return 'LineItem'
  if (record.refund) return 'Refund'
  if (record.transaction) return 'OrderTransaction'
  if (value === store.shop) return 'Shop'
  if (record === store.products.get(record.id)) return 'Product'
  if (record === store.customers.get(record.id)) return 'Customer'
  if (record === store.checkouts.get(record.id)) return 'AbandonedCheckout'
  return record === store.orders.get(record.id) ? 'Order' : 'ProductVariant'
}

function listedCheckout({ checkouts }: MutableShopStore, id: Id) {
  const checkout = checkouts.get(id)
  return checkout && isListed(checkout) ? checkout : null
}

function findNode(globalId: string, fieldName: string, scope: RequestScope): object | null {
  const { type, id } = parseGid(globalId)
  const find = FINDERS[type]
  if (!find) throw notModelled(`finding a ${type} by its id`)
  const required = adminSchema().requiredAccessOfType(type)
  if (required && !holdsAccess(required, scope.scopes)) throw accessDenied(fieldName, required)
  return find(id, scope)
}
