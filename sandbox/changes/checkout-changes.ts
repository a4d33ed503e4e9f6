import type { CheckoutLineRecord, CheckoutRecord, Decimal, Id } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import { checkoutBody, checkoutDeletedBody } from '../webhooks/bodies/checkout-body.ts'
import type { Outcome } from './announcement.ts'
import { findCheckout } from './find-record.ts'
import { firstVariantLine } from './new-order.ts'
import { createOrder } from './order-changes.ts'

/** Shopify takes no order from somebody whom it cannot reach, nor a second one. */
export function canComplete({ completedAt, email, phone }: CheckoutRecord): boolean {
  return completedAt === null && (email ?? phone) !== null
}

/** What a buyer has entered may change until the checkout is an order. */
export function canChange({ completedAt }: CheckoutRecord): boolean {
  return completedAt === null
}

/** The amounts of such lines: total = subtotal + tax. */
export function checkoutAmounts(lines: readonly Pick<CheckoutLineRecord, 'price' | 'quantity'>[], totalTax: Decimal) {
  const subtotal = lines.reduce((cents, { price, quantity }) => cents + toCents(price) * quantity, 0)
  return { subtotalPrice: fromCents(subtotal), totalTax, totalPrice: fromCents(subtotal + toCents(totalTax)) }
}

/** Without fields: one unit of the shop's first variant, for somebody with an e-mail address. */
export function createCheckout(store: MutableShopStore, fields: Partial<CheckoutRecord> = {}): Outcome {
  const id = fields.id ?? store.nextId()
  if (store.checkouts.has(id)) throw new Error(`checkout ${id} exists already`)
  const now = store.timestamp()
  const given = structuredClone(fields)
  const lineItems = given.lineItems ?? [firstLine(store)]
  const checkout: CheckoutRecord = {
    token: store.nextToken(),
    cartToken: store.nextToken(),
    email: `shopper-${id}@example.com`,
    phone: null,
    customerId: null,
    currency: store.shop.currency,
    presentmentCurrency: store.shop.currency,
    note: null,
    shippingAddress: null,
    billingAddress: null,
    completedAt: null,
    createdAt: now,
    ...checkoutAmounts(lineItems, given.totalTax ?? '0.00'),
    ...given,
    lineItems,
    id,
    updatedAt: now,
  }
  return saveCheckout(store, checkout, 'checkouts/create')
}

export function updateCheckout(store: MutableShopStore, id: Id, fields: Partial<CheckoutRecord>): Outcome {
  const checkout = findCheckout(store, id)
  if (!canChange(checkout)) throw new Error(`checkout ${id} is completed and cannot be changed`)
  const changed = { ...checkout, ...structuredClone(fields), id }
  return saveCheckout(
    store,
    { ...changed, ...checkoutAmounts(changed.lineItems, changed.totalTax) },
    'checkouts/update',
  )
}

/** The order has the checkout's tokens. A customer or product that is gone by now is not in it. */
export function completeCheckout(store: MutableShopStore, id: Id): Outcome {
  const checkout = findCheckout(store, id)
  if (!canComplete(checkout)) throw new Error(`checkout ${id} cannot be completed`)
  const { token, customerId, lineItems, email, phone, presentmentCurrency, totalTax, note } = checkout
  const { messages } = saveCheckout(store, { ...checkout, completedAt: store.timestamp() }, 'checkouts/update')
  const order = createOrder(store, {
    ...{ email, phone, presentmentCurrency, totalTax, note, cartToken: checkout.cartToken, checkoutToken: token },
    customerId: customerId !== null && store.customers.has(customerId) ? customerId : null,
    shippingAddress: checkout.shippingAddress,
    billingAddress: checkout.billingAddress,
    lineItems: lineItems.map(({ key: _, ...line }) => ({
      ...line,
      id: store.nextId(),
      currentQuantity: line.quantity,
      totalDiscount: '0.00',
    })),
  })
  return { id: order.id, messages: [...messages, ...order.messages] }
}

export function deleteCheckout(store: MutableShopStore, id: Id): Outcome {
  const checkout = findCheckout(store, id)
  store.checkouts.delete(id)
  return { id, messages: [{ topic: 'checkouts/delete', body: checkoutDeletedBody(checkout) }] }
}

function saveCheckout(store: MutableShopStore, checkout: CheckoutRecord, topic: string): Outcome {
  const saved = { ...checkout, updatedAt: store.timestamp() }
  store.checkouts.set(saved.id, saved)
  return { id: saved.id, messages: [{ topic, body: checkoutBody(store, saved) }] }
}

function firstLine(store: MutableShopStore): CheckoutLineRecord {
  const { productId, variantId, title, variantTitle, sku, quantity, price } = firstVariantLine(store)
  return { key: store.nextToken(), productId, variantId, title, variantTitle, sku, quantity, price }
}
