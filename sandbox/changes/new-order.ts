import type { LineItemRecord, OrderRecord } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import { paymentsOf } from './payments.ts'

/**
 * A paid order of one unit of the shop's first variant, or of something that is no product, unless the fields say
 * otherwise. Amounts that are not given follow from those that are: subtotal = lines - discounts,
 * total = subtotal + shipping + tax, current total = total - refunded; so do transactions and refunds. It is not in the
 * shop yet.
 */
export function newOrder(store: MutableShopStore, fields: Partial<OrderRecord> = {}): OrderRecord {
  const given = structuredClone(fields)
  const id = given.id ?? store.nextId()
  const number = given.number ?? store.nextOrderNumber()
  const lineItems = given.lineItems ?? [firstVariantLine(store)]
  const now = store.timestamp()
  const order: Omit<OrderRecord, 'refunds' | 'transactions'> = {
    name: `#${number}`,
    email: null,
    phone: null,
    customerId: null,
    currency: store.shop.currency,
    presentmentCurrency: store.shop.currency,
    financialStatus: 'PAID',
    fulfillmentStatus: 'UNFULFILLED',
    cancelledAt: null,
    cancelReason: null,
    closedAt: null,
    processedAt: given.createdAt ?? now,
    test: false,
    sourceName: 'web',
    tags: [],
    note: null,
    shippingAddress: null,
    billingAddress: null,
    cartToken: store.nextToken(),
    checkoutToken: store.nextToken(),
    createdAt: now,
    ...amountsOf(given, lineItems),
    ...given,
    id,
    number,
    lineItems,
    updatedAt: now,
  }
  const { refunds, transactions } = paymentsOf(store, order)
  return { ...order, refunds: given.refunds ?? refunds, transactions: given.transactions ?? transactions }
}

function amountsOf(given: Partial<OrderRecord>, lineItems: readonly LineItemRecord[]) {
  const sum = (centsOf: (line: LineItemRecord) => number) => lineItems.reduce((cents, line) => cents + centsOf(line), 0)
  const lines = sum((line) => toCents(line.price) * line.quantity)
  const discounts = toCents(given.totalDiscounts ?? fromCents(sum((line) => toCents(line.totalDiscount))))
  const shipping = toCents(given.totalShipping ?? '0.00')
  const tax = toCents(given.totalTax ?? '0.00')
  const subtotal = toCents(given.subtotalPrice ?? fromCents(lines - discounts))
  const total = toCents(given.totalPrice ?? fromCents(subtotal + shipping + tax))
  const refunded = toCents(given.totalRefunded ?? '0.00')
  return {
    subtotalPrice: fromCents(subtotal),
    totalDiscounts: fromCents(discounts),
    totalShipping: fromCents(shipping),
    totalTax: fromCents(tax),
    totalPrice: fromCents(total),
    totalRefunded: fromCents(refunded),
    currentTotalPrice: fromCents(total - refunded),
  }
}

/** One unit of the shop's first variant, or of something that is no product. */
export function firstVariantLine(store: MutableShopStore): LineItemRecord {
  const product = store.products.values().next().value
  const variant = product?.variants[0]
  return {
    id: store.nextId(),
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    title: product?.title ?? 'Custom item',
    variantTitle: variant && variant.title !== 'Default Title' ? variant.title : null,
    sku: variant?.sku ?? null,
    quantity: 1,
    currentQuantity: 1,
    price: variant?.price ?? '10.00',
    totalDiscount: '0.00',
  }
}
