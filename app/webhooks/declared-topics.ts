/** What shopify.app.toml subscribes to, in its order. A test holds the two against each other. */
export const DECLARED_TOPICS: readonly string[] = [
  'orders/create',
  'orders/updated',
  'orders/paid',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
  'orders/edited',
  'orders/delete',
  'refunds/create',
  'order_transactions/create',
  'customers/create',
  'customers/update',
  'customers/enable',
  'customers/disable',
  'customers/merge',
  'customers/delete',
  'products/create',
  'products/update',
  'products/delete',
  'checkouts/create',
  'checkouts/update',
  'checkouts/delete',
  'carts/create',
  'carts/update',
  'bulk_operations/finish',
  'app/uninstalled',
  'app/scopes_update',
  'shop/update',
]

/** Shopify sends these to every public app, and accepts them in shopify.app.toml only. */
export const COMPLIANCE_TOPICS: readonly string[] = ['customers/data_request', 'customers/redact', 'shop/redact']
