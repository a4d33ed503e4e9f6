import { fromCents } from '../../money.ts'
import type { OrderRecord } from '../../model.ts'

/** Presentment amounts differ from the shop's, so that a reader who takes the wrong one is found out. */
const presentmentRate = 1.25

/** REST's pair of one amount in the shop's currency and in the buyer's. */
export function moneySet(order: Pick<OrderRecord, 'currency' | 'presentmentCurrency'>, cents: number) {
  const isForeign = order.presentmentCurrency !== order.currency
  return {
    shop_money: { amount: fromCents(cents), currency_code: order.currency },
    presentment_money: {
      amount: fromCents(isForeign ? Math.round(cents * presentmentRate) : cents),
      currency_code: order.presentmentCurrency,
    },
  }
}
