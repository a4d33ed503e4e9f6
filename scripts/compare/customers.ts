import type { CustomerRecord } from '../../sandbox/model.ts'
import { address, boolean, byPull, instant, integer, money, tags, text } from './column.ts'
import { comparedTable } from './compared-table.ts'

export const customers = comparedTable<CustomerRecord>({
  name: 'customers',
  records: (shop) => shop.customers,
  columns: {
    email: text((customer) => customer.email),
    phone: text((customer) => customer.phone),
    first_name: text((customer) => customer.firstName),
    last_name: text((customer) => customer.lastName),
    state: text((customer) => customer.state),
    tags: byPull(tags((customer) => customer.tags)),
    orders_count: byPull(integer((customer) => customer.numberOfOrders)),
    amount_spent: byPull(money((customer) => customer.amountSpent)),
    currency: byPull(text((_, { shop }) => shop.currency)),
    // Consent belongs to an e-mail address; the Admin API has no place for it where there is none.
    accepts_marketing: byPull(boolean((customer) => customer.acceptsMarketing && customer.email !== null)),
    default_address: address((customer) => customer.defaultAddress),
    created_at: instant((customer) => customer.createdAt),
    source_updated_at: instant((customer) => customer.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})
