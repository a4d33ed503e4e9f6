import { lineCents } from '../../changes/order-amounts.ts'
import type { ShopStore } from '../../contract.ts'
import type { LineItemRecord, OrderRecord } from '../../model.ts'
import { fromCents, toCents } from '../../money.ts'
import { soldItemBody } from './line-item-body.ts'
import { moneySet } from './money-set.ts'
import { gid, rawId } from './raw-id.ts'
import { shopTime } from './shop-time.ts'

/**
 * The order's refunds. The model keeps only their sum, so that all there were are told as one, under the order's
 * number: units and amount are right, its id and time stand in. None when nothing was given back.
 */
export function refundBodies(store: ShopStore, order: OrderRecord) {
  const cents = toCents(order.totalRefunded)
  if (cents === 0) return []
  const time = shopTime(store.shop, order.cancelledAt ?? order.updatedAt)
  return [
    {
      id: rawId(order.id),
      order_id: rawId(order.id),
      created_at: time,
      note: null,
      user_id: null,
      processed_at: time,
      duties: [],
      total_duties_set: moneySet(order, 0),
      return: null,
      refund_shipping_lines: [],
      restock: false,
      admin_graphql_api_id: gid('Refund', order.id),
      order_adjustments: [],
      refund_line_items: order.lineItems
        .filter((line) => line.currentQuantity < line.quantity)
        .map((line) => refundLineBody(store, order, line)),
      transactions: [transactionBody(order, cents, time)],
    },
  ]
}

function refundLineBody(store: ShopStore, order: OrderRecord, line: LineItemRecord) {
  const quantity = line.quantity - line.currentQuantity
  const cents = lineCents(line, quantity)
  return {
    id: rawId(line.id),
    quantity,
    line_item_id: rawId(line.id),
    location_id: null,
    restock_type: 'no_restock',
    subtotal: cents / 100,
    total_tax: 0,
    subtotal_set: moneySet(order, cents),
    total_tax_set: moneySet(order, 0),
    line_item: soldItemBody(store, order, line),
  }
}

function transactionBody(order: OrderRecord, cents: number, time: string) {
  const unsettled = { amount: '0.0', currency: 'XXX' }
  return {
    id: rawId(order.id),
    order_id: rawId(order.id),
    kind: 'refund',
    gateway: 'bogus',
    status: 'success',
    message: null,
    created_at: time,
    test: order.test,
    authorization: null,
    location_id: null,
    user_id: null,
    parent_id: null,
    processed_at: time,
    device_id: null,
    error_code: null,
    source_name: order.sourceName,
    receipt: {},
    amount: fromCents(cents),
    currency: order.currency,
    payment_id: `${order.name}.1`,
    total_unsettled_set: { presentment_money: unsettled, shop_money: unsettled },
    manual_payment_gateway: false,
    amount_rounding: null,
    admin_graphql_api_id: gid('OrderTransaction', order.id),
  }
}
