import type { Table } from '../resource'

export const customersTable: Table = {
  name: 'customers',
  columns: {
    email: 'text',
    phone: 'text',
    first_name: 'text',
    last_name: 'text',
    state: 'text',
    tags: 'text[]',
    orders_count: 'bigint',
    amount_spent: 'numeric',
    currency: 'text',
    accepts_marketing: 'boolean',
    default_address: 'jsonb',
    created_at: 'timestamptz',
  },
}
