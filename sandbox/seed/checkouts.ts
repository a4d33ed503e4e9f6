import { checkoutAmounts } from '../changes/checkout-changes.ts'
import type {
  CartRecord,
  CheckoutLineRecord,
  CheckoutRecord,
  CustomerRecord,
  OrderRecord,
  Timestamp,
} from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import { chance, int, pick } from '../random.ts'
import type { Random } from '../random.ts'
import { toTimestamp } from '../store.ts'
import type { MutableShopStore } from '../store.ts'
import { seedAddress } from './customers.ts'
import type { Moments } from './moments.ts'
import type { Market } from './orders.ts'
import { FIRST_NAMES, LAST_NAMES, ORDER_NOTES, OTHER_CURRENCIES } from './words.ts'

/** One checkout in so many has 30 lines, so that a page of nested lines is not all of them. */
const LONG_CHECKOUT_EVERY = 40
const LONG_CHECKOUT_LINES = 30
const HOUR_MS = 3_600_000

/** Adds a checkout that nobody completed, some of them without anything by which to reach the buyer. */
export function seedCheckout(
  store: MutableShopStore,
  random: Random,
  moments: Moments,
  market: Market,
  createdAt: Timestamp,
): void {
  const isLong = store.checkouts.size % LONG_CHECKOUT_EVERY === LONG_CHECKOUT_EVERY / 2
  const lineItems = Array.from({ length: isLong ? LONG_CHECKOUT_LINES : int(random, 1, 4) }, () =>
    checkoutLine(store, random, market),
  )
  const buyer = chance(random, 0.85) ? contactOf(store, random, market.customers) : NOBODY
  const subtotal = toCents(checkoutAmounts(lineItems, '0.00').subtotalPrice)
  const tax = chance(random, 0.6) ? Math.round(subtotal * 0.0825) : 0
  const address = buyer !== NOBODY && chance(random, 0.5) ? addressOf(random) : null
  const checkout: CheckoutRecord = {
    id: store.nextId(),
    token: store.nextToken(),
    cartToken: chance(random, 0.9) ? store.nextToken() : null,
    ...buyer,
    currency: store.shop.currency,
    presentmentCurrency: chance(random, 0.1) ? pick(random, OTHER_CURRENCIES) : store.shop.currency,
    ...checkoutAmounts(lineItems, fromCents(tax)),
    note: chance(random, 0.1) ? pick(random, ORDER_NOTES) : null,
    shippingAddress: address,
    billingAddress: address && chance(random, 0.5) ? { ...address } : null,
    lineItems,
    completedAt: null,
    createdAt,
    updatedAt: moments.soonAfter(createdAt, 1),
  }
  store.checkouts.set(checkout.id, checkout)
}

/** Adds the checkout that an order of the online store came from: left alone for hours, then completed after all. */
export function seedRecoveredCheckout(store: MutableShopStore, random: Random, order: OrderRecord): void {
  const { token, cartToken } = { token: order.checkoutToken, cartToken: order.cartToken }
  if (token === null || (order.email ?? order.phone) === null) return
  const lineItems = order.lineItems.map(({ productId, variantId, title, variantTitle, sku, quantity, price }) => {
    return { key: store.nextToken(), productId, variantId, title, variantTitle, sku, quantity, price }
  })
  const checkout: CheckoutRecord = {
    ...{ id: store.nextId(), token, cartToken, lineItems },
    ...{ email: order.email, phone: order.phone, customerId: order.customerId },
    ...{ currency: order.currency, presentmentCurrency: order.presentmentCurrency },
    ...checkoutAmounts(lineItems, order.totalTax),
    note: order.note,
    shippingAddress: order.shippingAddress,
    billingAddress: order.billingAddress,
    completedAt: order.createdAt,
    createdAt: toTimestamp(Date.parse(order.createdAt) - int(random, 1, 20) * HOUR_MS),
    updatedAt: order.createdAt,
  }
  store.checkouts.set(checkout.id, checkout)
}

/** Adds a cart of the online store. */
export function seedCart(
  store: MutableShopStore,
  random: Random,
  moments: Moments,
  market: Market,
  createdAt: Timestamp,
): void {
  const lines = Array.from({ length: int(random, 0, 3) }, () => checkoutLine(store, random, market))
  const cart: CartRecord = {
    id: store.nextToken(),
    note: chance(random, 0.1) ? pick(random, ORDER_NOTES) : null,
    lineItems: cartLines(lines),
    createdAt,
    updatedAt: moments.soonAfter(createdAt, 3),
  }
  store.carts.set(cart.id, cart)
}

/** Lines as a cart has them: each variant once, and nothing but products. */
export function cartLines(lines: readonly CheckoutLineRecord[]): CartRecord['lineItems'] {
  const byVariant = new Map(lines.map((line) => [line.variantId, line]))
  return [...byVariant.values()].flatMap(({ productId, variantId, title, variantTitle, sku, quantity, price }) => {
    if (productId === null || variantId === null) return []
    const fullTitle = variantTitle === null ? title : `${title} - ${variantTitle}`
    return [{ productId, variantId, title: fullTitle, sku, quantity, price }]
  })
}

export function checkoutLine(
  store: MutableShopStore,
  random: Random,
  { products }: Pick<Market, 'products'>,
): CheckoutLineRecord {
  const product = products.length > 0 ? pick(random, products) : null
  const variant = product && product.variants.length > 0 ? pick(random, product.variants) : null
  return {
    key: store.nextToken(),
    productId: product?.id ?? null,
    variantId: variant?.id ?? null,
    title: product?.title ?? 'Gift wrap',
    variantTitle: variant && variant.title !== 'Default Title' ? variant.title : null,
    sku: variant?.sku ?? null,
    quantity: pick(random, [1, 1, 1, 2, 3]),
    price: variant?.price ?? '5.00',
  }
}

type Contact = Pick<CheckoutRecord, 'customerId' | 'email' | 'phone'>
const NOBODY: Contact = { customerId: null, email: null, phone: null }

/** A customer of the shop or somebody new; by e-mail, telephone or both. */
export function contactOf(store: MutableShopStore, random: Random, customers: readonly CustomerRecord[]): Contact {
  const customer = customers.length > 0 && chance(random, 0.5) ? pick(random, customers) : null
  if (customer && (customer.email ?? customer.phone) !== null)
    return { customerId: customer.id, email: customer.email, phone: customer.phone }
  const number = store.nextId()
  const phone = `+1503${number.slice(-7)}`
  if (chance(random, 0.1)) return { customerId: null, email: null, phone }
  return { customerId: null, email: `shopper${number}@example.net`, phone: chance(random, 0.2) ? phone : null }
}

function addressOf(random: Random): CheckoutRecord['shippingAddress'] {
  return seedAddress(random, { firstName: pick(random, FIRST_NAMES), lastName: pick(random, LAST_NAMES) })
}
