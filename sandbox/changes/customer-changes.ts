import type { CustomerRecord, Id, OrderRecord } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import { customerDeletedBody, customersMergedBody } from '../webhooks/bodies/customer-body.ts'
import type { Message, Outcome } from './announcement.ts'
import { customerMessage } from './announcement.ts'
import { findCustomer } from './find-record.ts'

/** Without fields: a customer with an e-mail address alone. `updatedAt` is now, whatever the fields say. */
export function createCustomer(store: MutableShopStore, fields: Partial<CustomerRecord> = {}): Outcome {
  const id = fields.id ?? store.nextId()
  if (store.customers.has(id)) throw new Error(`customer ${id} exists already`)
  const now = store.timestamp()
  const customer: CustomerRecord = {
    email: `customer-${id}@example.com`,
    phone: null,
    firstName: null,
    lastName: null,
    note: null,
    state: 'DISABLED',
    tags: [],
    numberOfOrders: 0,
    amountSpent: '0.00',
    acceptsMarketing: false,
    defaultAddress: null,
    createdAt: now,
    ...structuredClone(fields),
    id,
    updatedAt: now,
  }
  if (customer.email === null) customer.acceptsMarketing = false
  store.customers.set(id, customer)
  return { id, messages: [customerMessage(store, 'customers/create', customer)] }
}

export function updateCustomer(store: MutableShopStore, id: Id, fields: Partial<CustomerRecord>): Outcome {
  const customer = findCustomer(store, id)
  const message = saveCustomer(store, { ...customer, ...structuredClone(fields), id })
  const topic = fields.state === customer.state ? undefined : STATE_TOPICS[fields.state ?? '']
  return { id, messages: topic === undefined ? [message] : [message, { ...message, topic }] }
}

/** What the change of a customer's state is announced by besides. */
const STATE_TOPICS: Readonly<Record<string, string>> = { ENABLED: 'customers/enable', DISABLED: 'customers/disable' }

/** Orders and checkouts follow without a new `updatedAt`: a copy that only asks for what was updated does not see it. */
export function mergeCustomers(store: MutableShopStore, id: Id, mergedId: Id): Outcome {
  const [kept, merged] = [findCustomer(store, id), findCustomer(store, mergedId)]
  if (id === mergedId) throw new Error(`customer ${id} cannot be merged into themselves`)
  for (const order of store.orders.values())
    if (order.customerId === mergedId) store.orders.set(order.id, { ...order, customerId: id })
  for (const checkout of store.checkouts.values())
    if (checkout.customerId === mergedId) store.checkouts.set(checkout.id, { ...checkout, customerId: id })
  store.customers.delete(mergedId)
  saveCustomer(store, {
    ...kept,
    numberOfOrders: kept.numberOfOrders + merged.numberOfOrders,
    amountSpent: fromCents(toCents(kept.amountSpent) + toCents(merged.amountSpent)),
  })
  return { id, messages: [{ topic: 'customers/merge', body: customersMergedBody(id, mergedId) }] }
}

/** Shopify refuses to delete a customer who has orders. */
export function deleteCustomer(store: MutableShopStore, id: Id): Outcome {
  findCustomer(store, id)
  for (const order of store.orders.values())
    if (order.customerId === id) throw new Error(`customer ${id} has orders and cannot be deleted`)
  store.customers.delete(id)
  return { id, messages: [{ topic: 'customers/delete', body: customerDeletedBody(id) }] }
}

/** Counts a new order for its customer. Test orders and cancelled ones count nothing, unpaid ones no amount. */
export function countOrder(store: MutableShopStore, customer: CustomerRecord, order: OrderRecord): Message {
  const counts = !order.test && order.cancelledAt === null
  const isPaid = ['PAID', 'PARTIALLY_PAID', 'PARTIALLY_REFUNDED'].includes(order.financialStatus)
  const spentCents = counts && isPaid ? toCents(order.currentTotalPrice) : 0
  return saveCustomer(store, {
    ...customer,
    numberOfOrders: customer.numberOfOrders + (counts ? 1 : 0),
    amountSpent: fromCents(toCents(customer.amountSpent) + spentCents),
  })
}

function saveCustomer(store: MutableShopStore, customer: CustomerRecord): Message {
  // Consent is given for an e-mail address and goes with it.
  const acceptsMarketing = customer.acceptsMarketing && customer.email !== null
  const saved = { ...customer, acceptsMarketing, updatedAt: store.timestamp() }
  store.customers.set(saved.id, saved)
  return customerMessage(store, 'customers/update', saved)
}
