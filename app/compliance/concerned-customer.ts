import { optionalId } from '../resources/read-values'
import { type WebhookBody, UnreadableRecord } from '../resources/resource'

const LARGEST_BIGINT = 2n ** 63n - 1n

/** The numeric id of the customer whom a body of this topic is about, if it names one. Never throws. */
export function concernedCustomer(topic: string, body: WebhookBody): string | null {
  const customer = topic.startsWith('customers/') && !('customer' in body) ? body : body.customer
  const named = isObject(customer) ? (customer.admin_graphql_api_id ?? customer.id) : body.customer_id
  return idOrNull(named)
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
