import { filledText, objectOf } from '../resources/read-values'
import { UnreadableRecord, type WebhookBody } from '../resources/resource'
import { idOrNull } from './concerned-customer'

/** Whom a customers/redact or customers/data_request is about. */
export interface Person {
  /** Null for somebody who has orders but no customer record. */
  customerId: string | null
  orderIds: string[]
  email: string | null
  phone: string | null
}

const LEAST_LENGTH = 6

/** Shorter ones are not looked for: they would be found everywhere. */
export const isSearchable = (text: string) => text.length >= LEAST_LENGTH

/** Throws UnreadableRecord when the body does not say whom it is about, since then nothing would be erased in silence. */
export function readPerson(body: WebhookBody): Person {
  const customer = objectOf(body.customer, 'customer') ?? {}
  const orders = body.orders_to_redact ?? body.orders_requested ?? []
  if (!Array.isArray(orders)) throw new UnreadableRecord('the list of orders is not a list')
  const person = {
    customerId: readId(customer.id, 'customer.id'),
    orderIds: orders.map((id) => readId(id, 'an order id')).filter((id) => id !== null),
    email: searchable(customer.email, 'customer.email'),
    phone: searchable(customer.phone, 'customer.phone'),
  }
  if (person.customerId === null && person.orderIds.length === 0) throw new UnreadableRecord('nobody is named')
  return person
}

function readId(value: unknown, field: string): string | null {
  if (value === null || value === undefined) return null
  const id = idOrNull(value)
  if (id === null) throw new UnreadableRecord(`${field} is not an id`)
  return id
}

function searchable(value: unknown, field: string): string | null {
  const text = filledText(value, field)
  return text !== null && isSearchable(text) ? text : null
}
