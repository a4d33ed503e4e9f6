/** Where the app wants each topic: shopify.app.toml says it for what it declares, and others go to their neighbours. */

const ORDERS = '/webhooks/orders'
const CUSTOMERS = '/webhooks/customers'
const PRODUCTS = '/webhooks/products'
const CHECKOUTS = '/webhooks/checkouts'
const CARTS = '/webhooks/carts'
const APP = '/webhooks/app'
const COMPLIANCE = '/webhooks/compliance'

/** The paths of shopify.app.toml. A test holds the two against each other. */
export const TOPIC_PATHS: Readonly<Record<string, string>> = {
  'orders/create': ORDERS,
  'orders/updated': ORDERS,
  'orders/paid': ORDERS,
  'orders/cancelled': ORDERS,
  'orders/fulfilled': ORDERS,
  'orders/partially_fulfilled': ORDERS,
  'orders/edited': ORDERS,
  'orders/delete': ORDERS,
  'refunds/create': ORDERS,
  'order_transactions/create': ORDERS,
  'customers/create': CUSTOMERS,
  'customers/update': CUSTOMERS,
  'customers/enable': CUSTOMERS,
  'customers/disable': CUSTOMERS,
  'customers/merge': CUSTOMERS,
  'customers/delete': CUSTOMERS,
  'products/create': PRODUCTS,
  'products/update': PRODUCTS,
  'products/delete': PRODUCTS,
  'checkouts/create': CHECKOUTS,
  'checkouts/update': CHECKOUTS,
  'checkouts/delete': CHECKOUTS,
  'carts/create': CARTS,
  'carts/update': CARTS,
  'bulk_operations/finish': '/webhooks/bulk-operations',
  'app/uninstalled': APP,
  'app/scopes_update': APP,
  'shop/update': APP,
  'customers/data_request': COMPLIANCE,
  'customers/redact': COMPLIANCE,
  'shop/redact': COMPLIANCE,
}

/** By what stands before the slash; the first topic of shopify.app.toml decides. */
const byPrefix = new Map(
  Object.entries(TOPIC_PATHS)
    .reverse()
    .map(([topic, path]) => [prefixOf(topic), path]),
)

/** What no route is named after: app/routes/webhooks.other.tsx. */
const OTHER = '/webhooks/other'

/** Where Google Cloud Pub/Sub pushes to, whatever the topic is. */
export const PUBSUB_PATH = '/webhooks/pubsub'

/** All that a route, or the server itself, takes webhooks at. */
export const WEBHOOK_PATHS: ReadonlySet<string> = new Set([...Object.values(TOPIC_PATHS), OTHER, PUBSUB_PATH])

/** The path below the app's address. Any topic has one. */
export function pathOfTopic(topic: string): string {
  const declared = TOPIC_PATHS[topic]
  if (declared !== undefined) return declared
  const neighbour = byPrefix.get(prefixOf(topic))
  // The route of the privacy topics is for them alone.
  return neighbour === undefined || neighbour === COMPLIANCE ? OTHER : neighbour
}

function prefixOf(topic: string): string {
  return topic.replace(/[/.].*$/, '')
}
