import { fromCents, toCents } from '../../money.ts'
import type { Decimal, OrderRecord } from '../../model.ts'

/** What one unit of the shop's currency is in any other: fixed, and not 1, so that mixing the two up is seen. */
const PRESENTMENT_CENTS_PER_UNIT = 125

export interface Money {
  amount: string
  currencyCode: string
}

/** The scalar Decimal as Shopify prints it: no more digits than needed, but at least one place: `19.99`, `10.0`. */
export function decimal(amount: Decimal): string {
  const text = fromCents(toCents(amount))
  return text.endsWith('0') ? text.slice(0, -1) : text
}

export function money(amount: Decimal, currencyCode: string): Money {
  return { amount: decimal(amount), currencyCode }
}

/** A MoneyBag: an amount of the order or checkout in the shop's currency and in the customer's. */
export function moneyBag(
  order: Pick<OrderRecord, 'currency' | 'presentmentCurrency'>,
  amount: Decimal,
): { shopMoney: Money; presentmentMoney: Money } {
  const shopMoney = money(amount, order.currency)
  if (order.presentmentCurrency === order.currency) return { shopMoney, presentmentMoney: shopMoney }
  const presented = fromCents(Math.round((toCents(amount) * PRESENTMENT_CENTS_PER_UNIT) / 100))
  return { shopMoney, presentmentMoney: money(presented, order.presentmentCurrency) }
}
