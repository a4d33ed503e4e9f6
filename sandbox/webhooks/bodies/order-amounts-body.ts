import { outstandingCents } from '../../changes/order-amounts.ts'
import type { OrderRecord } from '../../model.ts'
import { fromCents, toCents } from '../../money.ts'
import { moneySet } from './money-set.ts'

/** An order's amounts, each as a string in the shop's currency and most of them as a set of both currencies. */
export function orderAmountsBody(order: OrderRecord) {
  const lines = order.lineItems.reduce((cents, line) => cents + toCents(line.price) * line.quantity, 0)
  const shipping = toCents(order.totalShipping)
  const tax = toCents(order.totalTax)
  const discounts = toCents(order.totalDiscounts)
  const current = toCents(order.currentTotalPrice)
  // The model keeps the current total alone: what is left of it pays for tax and shipping first.
  const currentTax = Math.min(tax, current)
  const currentShipping = Math.min(shipping, current - currentTax)
  const currentSubtotal = current - currentTax - currentShipping
  const currentDiscounts = current === 0 ? 0 : discounts
  return {
    current_shipping_price_set: moneySet(order, currentShipping),
    current_subtotal_price: fromCents(currentSubtotal),
    current_subtotal_price_set: moneySet(order, currentSubtotal),
    current_total_additional_fees_set: null,
    current_total_discounts: fromCents(currentDiscounts),
    current_total_discounts_set: moneySet(order, currentDiscounts),
    current_total_duties_set: null,
    current_total_price: fromCents(current),
    current_total_price_set: moneySet(order, current),
    current_total_tax: fromCents(currentTax),
    current_total_tax_set: moneySet(order, currentTax),
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    subtotal_price: fromCents(toCents(order.subtotalPrice)),
    subtotal_price_set: moneySet(order, toCents(order.subtotalPrice)),
    total_cash_rounding_payment_adjustment_set: moneySet(order, 0),
    total_cash_rounding_refund_adjustment_set: moneySet(order, 0),
    total_discounts: fromCents(discounts),
    total_discounts_set: moneySet(order, discounts),
    total_line_items_price: fromCents(lines),
    total_line_items_price_set: moneySet(order, lines),
    total_outstanding: fromCents(outstandingCents(order)),
    total_price: fromCents(toCents(order.totalPrice)),
    total_price_set: moneySet(order, toCents(order.totalPrice)),
    total_shipping_price_set: moneySet(order, shipping),
    total_tax: fromCents(tax),
    total_tax_set: moneySet(order, tax),
    total_tip_received: '0.00',
  }
}
