import type { ChildTable, Table } from '../resource'

export const ordersTable: Table = {
  name: 'orders',
  columns: {
    name: 'text',
    email: 'text',
    phone: 'text',
    customer_id: 'bigint',
    currency: 'text',
    presentment_currency: 'text',
    subtotal_price: 'numeric',
    total_discounts: 'numeric',
    total_shipping: 'numeric',
    total_tax: 'numeric',
    total_price: 'numeric',
    total_refunded: 'numeric',
    current_total_price: 'numeric',
    financial_status: 'text',
    fulfillment_status: 'text',
    cancelled_at: 'timestamptz',
    cancel_reason: 'text',
    closed_at: 'timestamptz',
    processed_at: 'timestamptz',
    test: 'boolean',
    source_name: 'text',
    tags: 'text[]',
    note: 'text',
    shipping_address: 'jsonb',
    billing_address: 'jsonb',
    cart_token: 'text',
    checkout_token: 'text',
    created_at: 'timestamptz',
  },
}

export const lineItemsTable: ChildTable = {
  name: 'order_line_items',
  parentColumn: 'order_id',
  bumpsParent: true,
  keepsKnown: ['product_id', 'variant_id'],
  columns: {
    product_id: 'bigint',
    variant_id: 'bigint',
    title: 'text',
    variant_title: 'text',
    sku: 'text',
    quantity: 'integer',
    current_quantity: 'integer',
    price: 'numeric',
    total_discount: 'numeric',
  },
}

export const refundsTable: ChildTable = {
  name: 'order_refunds',
  parentColumn: 'order_id',
  bumpsParent: true,
  keepsKnown: [],
  columns: {
    created_at: 'timestamptz',
    note: 'text',
    total_refunded: 'numeric',
  },
}

export const transactionsTable: ChildTable = {
  name: 'order_transactions',
  parentColumn: 'order_id',
  // Nothing in the documentation says so, and a payment that fails leaves an order as it is.
  bumpsParent: false,
  keepsKnown: [],
  columns: {
    kind: 'text',
    status: 'text',
    gateway: 'text',
    amount: 'numeric',
    currency: 'text',
    test: 'boolean',
    created_at: 'timestamptz',
    processed_at: 'timestamptz',
  },
}
