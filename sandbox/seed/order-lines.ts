import { fromCents, toCents } from '../money.ts'
import type { LineItemRecord, OrderRecord, ProductRecord } from '../model.ts'
import { chance, int, pick } from '../random.ts'
import type { Random } from '../random.ts'
import type { MutableShopStore } from '../store.ts'
import type { Moments } from './moments.ts'

/** One order in so many has 30 lines, so that a page of nested line items is not all of them. */
const LONG_ORDER_EVERY = 60
const LONG_ORDER_LINES = 30

type Sale = Pick<
  OrderRecord,
  | 'lineItems'
  | 'subtotalPrice'
  | 'totalDiscounts'
  | 'totalShipping'
  | 'totalTax'
  | 'totalPrice'
  | 'totalRefunded'
  | 'currentTotalPrice'
>

/** The lines of a new order and the amounts that follow from them: total = subtotal + shipping + tax. */
export function sellLines(store: MutableShopStore, random: Random, products: readonly ProductRecord[]): Sale {
  const count = store.orders.size % LONG_ORDER_EVERY === LONG_ORDER_EVERY / 2 ? LONG_ORDER_LINES : int(random, 1, 6)
  const lineItems = Array.from({ length: count }, () => sellLine(store, random, products))
  const lineDiscounts = sum(lineItems.map((line) => toCents(line.totalDiscount)))
  const afterLineDiscounts = sum(lineItems.map((line) => toCents(line.price) * line.quantity)) - lineDiscounts
  const orderDiscount = chance(random, 0.12) ? Math.floor(afterLineDiscounts / 10) : 0
  const subtotal = afterLineDiscounts - orderDiscount
  const shipping = pick(random, [0, 0, 495, 1000, 1250])
  const tax = chance(random, 0.7) ? Math.round(subtotal * 0.0825) : 0
  const total = subtotal + shipping + tax
  return {
    lineItems,
    subtotalPrice: fromCents(subtotal),
    totalDiscounts: fromCents(lineDiscounts + orderDiscount),
    totalShipping: fromCents(shipping),
    totalTax: fromCents(tax),
    totalPrice: fromCents(total),
    totalRefunded: '0.00',
    currentTotalPrice: fromCents(total),
  }
}

/** What became of the order: paid, refunded, cancelled, fulfilled, closed. Keeps currentTotal = total - refunded. */
export function settle(random: Random, order: OrderRecord, moments: Moments): void {
  const fate = random()
  if (fate < 0.05) cancel(random, order, moments)
  else if (fate < 0.09) refundUnits(order, 'all')
  else if (fate < 0.15) refundUnits(order, int(random, 1, 2))
  else if (fate < 0.22) order.financialStatus = pick(random, ['PENDING', 'AUTHORIZED', 'PARTIALLY_PAID'])
  if (order.cancelledAt) return
  const delivery = random()
  if (delivery < 0.62) {
    order.fulfillmentStatus = 'FULFILLED'
    if (order.financialStatus === 'PAID' && chance(random, 0.8)) order.closedAt = order.updatedAt
  } else if (delivery < 0.7) order.fulfillmentStatus = 'PARTIALLY_FULFILLED'
  else if (delivery < 0.76) order.fulfillmentStatus = pick(random, ['ON_HOLD', 'IN_PROGRESS', 'SCHEDULED'])
}

function cancel(random: Random, order: OrderRecord, moments: Moments): void {
  if (chance(random, 0.5)) refundUnits(order, 'all')
  else order.financialStatus = 'VOIDED'
  order.cancelReason = pick(random, ['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF'])
  order.cancelledAt = moments.soonAfter(order.createdAt, 1)
  if (order.cancelledAt > order.updatedAt) order.updatedAt = order.cancelledAt
  order.closedAt = order.cancelledAt
}

function refundUnits(order: OrderRecord, units: number | 'all'): void {
  let refundedCents = 0
  let left = units === 'all' ? Infinity : units
  for (const line of order.lineItems) {
    const taken = Math.min(left, line.currentQuantity)
    line.currentQuantity -= taken
    left -= taken
    refundedCents += taken * toCents(line.price)
  }
  const totalCents = toCents(order.totalPrice)
  const everything = order.lineItems.every((line) => line.currentQuantity === 0)
  if (everything) refundedCents = totalCents
  refundedCents = Math.min(refundedCents, totalCents)
  order.totalRefunded = fromCents(refundedCents)
  order.currentTotalPrice = fromCents(totalCents - refundedCents)
  order.financialStatus = refundedCents === totalCents ? 'REFUNDED' : 'PARTIALLY_REFUNDED'
}

function sellLine(store: MutableShopStore, random: Random, products: readonly ProductRecord[]): LineItemRecord {
  const quantity = pick(random, [1, 1, 1, 2, 2, 3, 12])
  const custom = products.length === 0 || chance(random, 0.03)
  const product = custom ? null : pick(random, products)
  const variant = product && product.variants.length > 0 ? pick(random, product.variants) : null
  const price = variant?.price ?? fromCents(int(random, 1, 80) * 100)
  return {
    id: store.nextId(),
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    title: product?.title ?? 'Custom engraving',
    variantTitle: variant && variant.title !== 'Default Title' ? variant.title : null,
    sku: variant?.sku ?? null,
    quantity,
    currentQuantity: quantity,
    price,
    totalDiscount: chance(random, 0.15) ? fromCents(Math.floor((toCents(price) * quantity) / 5)) : '0.00',
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0)
}
