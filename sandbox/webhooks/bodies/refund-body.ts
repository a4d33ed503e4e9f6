import { lineCents } from '../../changes/order-amounts.ts'
import type { ShopStore } from '../../contract.ts'
import type { LineItemRecord, OrderRecord, RefundRecord } from '../../model.ts'
import { soldItemBody } from './line-item-body.ts'
import { moneySet } from './money-set.ts'
import { gid, rawId } from './raw-id.ts'
import { shopTime } from './shop-time.ts'
import { transactionBody } from './transaction-body.ts'

/** refunds/create, and each of an order's refunds. A refund line stands under the number of the line that it is of. */
export function refundBody(store: ShopStore, order: OrderRecord, refund: RefundRecord) {
  const time = shopTime(store.shop, refund.createdAt)
  const transactions = order.transactions.filter(({ refundId }) => refundId === refund.id)
  return {
    id: rawId(refund.id),
    order_id: rawId(order.id),
    created_at: time,
    note: refund.note,
    user_id: null,
    processed_at: time,
    duties: [],
    total_duties_set: moneySet(order, 0),
    return: null,
    refund_shipping_lines: [],
    restock: false,
    admin_graphql_api_id: gid('Refund', refund.id),
    order_adjustments: [],
    refund_line_items: refund.lines.flatMap(({ lineItemId, quantity }) => {
      const line = order.lineItems.find(({ id }) => id === lineItemId)
      return line ? [refundLineBody(store, order, line, quantity)] : []
    }),
    transactions: transactions.map((transaction) => transactionBody(store, order, transaction)),
  }
}

function refundLineBody(store: ShopStore, order: OrderRecord, line: LineItemRecord, quantity: number) {
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
