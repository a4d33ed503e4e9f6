import type { LineItemRecord, OrderRecord } from '../model.ts'
import { fromCents, toCents } from '../money.ts'

type Amounts = Pick<OrderRecord, 'totalRefunded' | 'currentTotalPrice'>

/** Hundredths that `units` units of the line cost after its own discount, rounded down. */
export function lineCents(line: LineItemRecord, units: number): number {
  const afterDiscount = toCents(line.price) * line.quantity - toCents(line.totalDiscount)
  return line.quantity === 0 ? 0 : Math.floor((afterDiscount * units) / line.quantity)
}

/** What the buyer still owes, in hundredths. A part payment counts as one half. */
export function outstandingCents(order: Pick<OrderRecord, 'currentTotalPrice' | 'financialStatus'>): number {
  const currentCents = toCents(order.currentTotalPrice)
  if (order.financialStatus === 'PENDING' || order.financialStatus === 'AUTHORIZED') return currentCents
  return order.financialStatus === 'PARTIALLY_PAID' ? Math.ceil(currentCents / 2) : 0
}

/** The amounts after `cents` more were given back: what is refunded and what remains are the total at all times. */
export function refunded(order: OrderRecord, cents: number): Amounts {
  return {
    totalRefunded: fromCents(toCents(order.totalRefunded) + cents),
    currentTotalPrice: fromCents(toCents(order.currentTotalPrice) - cents),
  }
}
