import { paymentsOf } from '../changes/payments.ts'
import { fromCents, toCents } from '../money.ts'
import type { CustomerRecord, OrderRecord, ProductRecord, Timestamp } from '../model.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import { toTimestamp } from '../store.ts'
import type { MutableShopStore } from '../store.ts'
import { seedAddress } from './customers.ts'
import { sellLines, settle } from './order-lines.ts'
import type { Moments } from './moments.ts'
import { FIRST_NAMES, LAST_NAMES, ORDER_NOTES, ORDER_TAGS, OTHER_CURRENCIES } from './words.ts'

const HOUR_MS = 3_600_000

/** What there is to sell and who there is to buy it. Either may be empty. */
export interface Market {
  products: readonly ProductRecord[]
  customers: readonly CustomerRecord[]
}

/** Adds one order, and counts it for its customer. */
export function seedOrder(
  store: MutableShopStore,
  random: Random,
  moments: Moments,
  { products, customers }: Market,
  createdAt: Timestamp,
): void {
  const customer = customers.length > 0 && chance(random, 0.9) ? pick(random, customers) : null
  const number = store.nextOrderNumber()
  const currency = store.shop.currency
  const sourceName = pick(random, ['web', 'web', 'web', 'web', 'pos', 'shopify_draft_order', 'iphone', '580111'])
  const online = sourceName !== 'pos' && sourceName !== 'shopify_draft_order'
  const shipping = chance(random, 0.88) && sourceName !== 'pos' ? shipTo(random, customer) : null
  const id = store.nextId()
  const sale = sellLines(store, random, products)
  const order: OrderRecord = {
    id,
    name: `#${number}`,
    number,
    email: customer ? customer.email : chance(random, 0.6) ? `guest${number}@example.net` : null,
    phone: customer?.phone && chance(random, 0.5) ? customer.phone : null,
    customerId: customer?.id ?? null,
    currency,
    presentmentCurrency: chance(random, 0.14) ? pick(random, OTHER_CURRENCIES) : currency,
    ...sale,
    financialStatus: 'PAID',
    fulfillmentStatus: 'UNFULFILLED',
    cancelledAt: null,
    cancelReason: null,
    closedAt: null,
    // Imported orders were processed before they came into the shop.
    processedAt: chance(random, 0.03) ? earlier(createdAt, int(random, 1, 400)) : createdAt,
    test: chance(random, 0.02),
    sourceName,
    tags: sample(random, ORDER_TAGS, pick(random, [0, 0, 0, 1, 2])),
    note: chance(random, 0.12) ? pick(random, ORDER_NOTES) : null,
    shippingAddress: shipping,
    billingAddress:
      shipping && chance(random, 0.7) ? { ...shipping } : chance(random, 0.6) ? shipTo(random, customer) : null,
    cartToken: online && chance(random, 0.92) ? store.nextToken() : null,
    checkoutToken: online ? store.nextToken() : null,
    createdAt,
    updatedAt: moments.since(createdAt),
    refunds: [],
    transactions: [],
  }
  settle(random, order, moments)
  Object.assign(order, paymentsOf(store, order))
  store.orders.set(id, order)
  if (customer) countFor(customer, order)
}

function shipTo(random: Random, customer: CustomerRecord | null): OrderRecord['shippingAddress'] {
  if (customer?.defaultAddress && chance(random, 0.8)) return { ...customer.defaultAddress }
  const name = customer ?? { firstName: pick(random, FIRST_NAMES), lastName: pick(random, LAST_NAMES) }
  return seedAddress(random, { firstName: name.firstName, lastName: name.lastName })
}

function countFor(customer: CustomerRecord, order: OrderRecord): void {
  if (order.test || order.cancelledAt) return
  customer.numberOfOrders++
  if (['PAID', 'PARTIALLY_REFUNDED', 'PARTIALLY_PAID'].includes(order.financialStatus))
    customer.amountSpent = fromCents(toCents(customer.amountSpent) + toCents(order.currentTotalPrice))
}

function earlier(moment: Timestamp, hours: number): Timestamp {
  return toTimestamp(Date.parse(moment) - hours * HOUR_MS)
}
