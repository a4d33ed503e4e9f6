import type { Change } from '../contract.ts'
import type { LineItemRecord, OrderRecord } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import { chance, int, pick, sample } from '../random.ts'
import type { Random } from '../random.ts'
import { seedAddress } from '../seed/customers.ts'
import { FIRST_NAMES, LAST_NAMES, ORDER_NOTES, ORDER_TAGS, OTHER_CURRENCIES } from '../seed/words.ts'
import { toTimestamp } from '../store.ts'
import type { MutableShopStore } from '../store.ts'
import { randomFields } from './random-fields.ts'

const sources = ['web', 'web', 'web', 'pos', 'shopify_draft_order', '580111'] as const
const statuses = ['PAID', 'PAID', 'PAID', 'PENDING', 'AUTHORIZED', 'PARTIALLY_PAID'] as const
const handlings = ['UNFULFILLED', 'PARTIALLY_FULFILLED', 'ON_HOLD', 'IN_PROGRESS', 'SCHEDULED'] as const

/** The fields of a new order of up to four lines, for a customer of the shop or a guest. */
export function randomOrder(store: MutableShopStore, random: Random): Partial<OrderRecord> {
  const customer = chance(random, 0.85) ? pickOrNull(random, [...store.customers.values()]) : null
  const sourceName = pick(random, sources)
  const lineItems = Array.from({ length: int(random, 1, 4) }, () => randomLine(store, random))
  const lineDiscounts = lineItems.reduce((sum, line) => sum + toCents(line.totalDiscount), 0)
  const lines = lineItems.reduce((sum, line) => sum + toCents(line.price) * line.quantity, 0)
  const orderDiscount = chance(random, 0.15) ? Math.floor((lines - lineDiscounts) / 10) : 0
  const subtotal = lines - lineDiscounts - orderDiscount
  return {
    email: customer ? customer.email : randomEmail(random),
    phone: customer?.phone ?? null,
    customerId: customer?.id ?? null,
    presentmentCurrency: chance(random, 0.15) ? pick(random, OTHER_CURRENCIES) : store.shop.currency,
    lineItems,
    totalDiscounts: fromCents(lineDiscounts + orderDiscount),
    totalShipping: fromCents(pick(random, [0, 0, 495, 1250])),
    totalTax: fromCents(chance(random, 0.7) ? Math.round(subtotal * 0.0825) : 0),
    financialStatus: pick(random, statuses),
    processedAt: chance(random, 0.1) ? toTimestamp(store.now() - int(random, 1, 3_600) * 1_000) : store.timestamp(),
    test: chance(random, 0.03),
    sourceName,
    tags: sample(random, ORDER_TAGS, int(random, 0, 2)),
    note: randomNote(random),
    shippingAddress: sourceName === 'pos' ? null : randomAddress(random),
    billingAddress: chance(random, 0.8) ? randomAddress(random) : null,
    cartToken: sourceName === 'web' ? store.nextToken() : null,
    checkoutToken: sourceName === 'web' ? store.nextToken() : null,
  }
}

/** One to three of the fields that staff and apps edit on an existing order. */
export function randomOrderUpdate(store: MutableShopStore, random: Random, order: OrderRecord): Change {
  const fields = randomFields<OrderRecord>(random, {
    email: () => randomEmail(random),
    phone: () => (chance(random, 0.5) ? `+1206${int(random, 2_000_000, 9_999_999)}` : null),
    note: () => randomNote(random),
    tags: () => sample(random, ORDER_TAGS, int(random, 0, 3)),
    shippingAddress: () => (chance(random, 0.8) ? randomAddress(random) : null),
    billingAddress: () => (chance(random, 0.8) ? randomAddress(random) : null),
    closedAt: () => (order.closedAt === null ? store.timestamp() : null),
    fulfillmentStatus: () => (order.fulfillmentStatus === 'FULFILLED' ? 'FULFILLED' : pick(random, handlings)),
  })
  return { type: 'order.update', id: order.id, fields }
}

function randomLine(store: MutableShopStore, random: Random): LineItemRecord {
  const product = chance(random, 0.95) ? pickOrNull(random, [...store.products.values()]) : null
  const variant = product && pickOrNull(random, product.variants)
  const quantity = pick(random, [1, 1, 1, 2, 3, 5])
  const price = variant?.price ?? '25.00'
  return {
    id: store.nextId(),
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    title: product?.title ?? 'Gift wrap',
    variantTitle: variant && variant.title !== 'Default Title' ? variant.title : null,
    sku: variant?.sku ?? null,
    quantity,
    currentQuantity: quantity,
    price,
    totalDiscount: chance(random, 0.2) ? fromCents(Math.floor((toCents(price) * quantity) / 5)) : '0.00',
  }
}

function pickOrNull<T>(random: Random, list: readonly T[]): T | null {
  return list.length === 0 ? null : pick(random, list)
}

function randomAddress(random: Random): OrderRecord['shippingAddress'] {
  return seedAddress(random, { firstName: pick(random, FIRST_NAMES), lastName: pick(random, LAST_NAMES) })
}

function randomEmail(random: Random): string | null {
  return chance(random, 0.7) ? `guest${int(random, 1, 99_999)}@example.net` : null
}

function randomNote(random: Random): string | null {
  return chance(random, 0.5) ? pick(random, ORDER_NOTES) : null
}
