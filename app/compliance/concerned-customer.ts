import { optionalId } from '../resources/read-values'
import { type WebhookBody, UnreadableRecord } from '../resources/resource'

const LARGEST_BIGINT = 2n ** 63n - 1n

/** The numeric ids of the customers whom a body of this topic is about, as far as it names them. Never throws. */
export function concernedCustomers(topic: string, body: WebhookBody): string[] {
  if (topic === 'customers/merge') {
    const { admin_graphql_api_customer_kept_id: kept, admin_graphql_api_customer_deleted_id: merged } = body
    return [kept, merged].map(idOrNull).filter((id) => id !== null)
  }
  const customer = topic.startsWith('customers/') && !('customer' in body) ? body : body.customer
  const named = isObject(customer) ? (customer.admin_graphql_api_id ?? customer.id) : body.customer_id
  const id = idOrNull(named)
  return id === null ? [] : [id]
}

/** A record of what names its customer. */
export interface OwnedRecord {
  resource: 'checkouts' | 'orders'
  /** Numeric. */
  id: string
}

/** The order or checkout that a body of this topic is about, if it tells. Never throws. */
export function concernedRecord(topic: string, body: WebhookBody): OwnedRecord | null {
  const isOf = (resource: string) => topic.startsWith(`${resource}/`)
  const ownId = isOf('orders') ? (body.admin_graphql_api_id ?? body.id) : undefined
  const orderId = idOrNull(isObject(body.order_edit) ? body.order_edit.order_id : (body.order_id ?? ownId))
  if (orderId !== null) return { resource: 'orders', id: orderId }
  if (!isOf('checkouts')) return null
  const checkoutId = idOrNull(body.id ?? (typeof body.name === 'string' ? body.name.replace(/^#/, '') : null))
  return checkoutId === null ? null : { resource: 'checkouts', id: checkoutId }
}

/** As a bigint column can hold it. */
export function idOrNull(value: unknown): string | null {
  try {
    const id = optionalId(value, 'id')
    return id !== null && BigInt(id) <= LARGEST_BIGINT ? id : null
  } catch (error) {
    if (error instanceof UnreadableRecord) return null
    throw error
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
