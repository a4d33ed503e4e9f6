import type { CustomerRecord, OrderRecord } from '../../model.ts'
import { pageOf, sortRecords } from '../connection.ts'
import { gid } from '../ids.ts'
import { compileSearch } from '../search/search.ts'
import { sortOrder } from '../sort-keys.ts'
import { owned } from './addresses.ts'
import type { ListArguments } from './lists.ts'
import { money } from './money.ts'
import { fieldsOf } from './resolver.ts'
import type { RequestScope, Resolvers } from './resolver.ts'

const marketingState = (customer: CustomerRecord) => (customer.acceptsMarketing ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED')

export const customerResolvers: Resolvers = {
  Customer: fieldsOf<CustomerRecord, ListArguments>({
    id: (customer) => gid('Customer', customer.id),
    legacyResourceId: (customer) => customer.id,
    email: (customer) => customer.email,
    phone: (customer) => customer.phone,
    defaultEmailAddress: (customer) => (customer.email === null ? null : customer),
    defaultPhoneNumber: (customer) => (customer.phone === null ? null : customer),
    emailMarketingConsent: (customer) => (customer.email === null ? null : customer),
    firstName: (customer) => customer.firstName,
    lastName: (customer) => customer.lastName,
    displayName: (customer) =>
      [customer.firstName, customer.lastName].filter(Boolean).join(' ') || (customer.email ?? customer.phone ?? ''),
    note: (customer) => customer.note,
    state: (customer) => customer.state,
    tags: (customer) => customer.tags,
    numberOfOrders: (customer) => String(customer.numberOfOrders),
    amountSpent: (customer, _, { store }) => money(customer.amountSpent, store.shop.currency),
    defaultAddress: (customer) => owned(customer.defaultAddress, customer.id, 'CustomerAddress'),
    createdAt: (customer) => customer.createdAt,
    updatedAt: (customer) => customer.updatedAt,
    lastOrder: (customer, _, scope) =>
      sortRecords(ordersOf(customer, scope), sortOrder('Order', 'CREATED_AT', scope.store)).at(-1) ?? null,
    orders(customer, args, scope, info) {
      const search = compileSearch('Order', 'orders', args.query, scope.store)
      if (search.warnings.length > 0)
        scope.searchReports.push({ path: [info.path.key], query: args.query ?? '', warnings: search.warnings })
      const order = sortOrder('Order', args.sortKey ?? 'ID', scope.store)
      const found = ordersOf(customer, scope).filter((one) => search.passes?.(one) ?? true)
      const sorted = sortRecords(found, order)
      return pageOf(args.reverse ? sorted.toReversed() : sorted, order, args)
    },
  }),
  CustomerEmailAddress: fieldsOf<CustomerRecord>({
    emailAddress: (customer) => customer.email,
    marketingState,
  }),
  CustomerPhoneNumber: fieldsOf<CustomerRecord>({ phoneNumber: (customer) => customer.phone }),
  CustomerEmailMarketingConsentState: fieldsOf<CustomerRecord>({ marketingState }),
}

function ordersOf(customer: CustomerRecord, scope: RequestScope): readonly OrderRecord[] {
  return scope.index.ordersOf(customer.id)
}
