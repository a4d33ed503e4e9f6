import type { OrderRecord, RefundRecord, TransactionRecord } from '../../sandbox/model.ts'
import { boolean, byPull, id, instant, money, text } from './column.ts'
import { comparedTable } from './compared-table.ts'

interface RefundOfOrder {
  refund: RefundRecord
  order: OrderRecord
}

export const refunds = comparedTable<RefundOfOrder>({
  name: 'order_refunds',
  records: (shop) =>
    [...shop.orders.values()].flatMap((order) =>
      order.refunds.map((refund) => [refund.id, { refund, order }] as const),
    ),
  columns: {
    order_id: id(({ order }) => order.id),
    created_at: instant(({ refund }) => refund.createdAt),
    note: text(({ refund }) => refund.note),
    total_refunded: byPull(money(({ refund }) => refund.totalRefunded)),
    source_updated_at: instant(({ order }) => order.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})

interface TransactionOfOrder {
  transaction: TransactionRecord
  order: OrderRecord
}

export const transactions = comparedTable<TransactionOfOrder>({
  name: 'order_transactions',
  byPullAlone: true,
  records: (shop) =>
    [...shop.orders.values()].flatMap((order) =>
      order.transactions.map((transaction) => [transaction.id, { transaction, order }] as const),
    ),
  columns: {
    order_id: id(({ order }) => order.id),
    kind: text(({ transaction }) => transaction.kind),
    status: text(({ transaction }) => transaction.status),
    gateway: text(({ transaction }) => transaction.gateway),
    amount: money(({ transaction }) => transaction.amount),
    currency: text(({ order }) => order.currency),
    test: boolean(({ transaction }) => transaction.test),
    created_at: instant(({ transaction }) => transaction.createdAt),
    processed_at: instant(({ transaction }) => transaction.processedAt),
    // Webhooks of the order leave its transactions as they are.
    source_updated_at: byPull(instant(({ order }) => order.updatedAt)),
    partial: byPull(boolean(() => false)),
  },
})
