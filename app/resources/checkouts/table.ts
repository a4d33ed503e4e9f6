import type { Table } from '../resource'

export const checkoutsTable: Table = {
  name: 'checkouts',
  columns: {
    token: 'text',
    cart_token: 'text',
    name: 'text',
    email: 'text',
    customer_id: 'bigint',
    currency: 'text',
    subtotal_price: 'numeric',
    total_price: 'numeric',
    completed_at: 'timestamptz',
    line_items: 'jsonb',
    created_at: 'timestamptz',
  },
}
