/** An order's refunds and transactions, which are lists and not connections: `first` cuts them short. */
import type { OrderRecord, RefundRecord, TransactionRecord } from '../../model.ts'
import { notModelled } from '../errors.ts'
import { gid } from '../ids.ts'
import { money, moneyBag } from './money.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolver, Resolvers } from './resolver.ts'

interface RefundOfOrder {
  order: OrderRecord
  refund: RefundRecord
}

interface TransactionOfOrder {
  order: OrderRecord
  transaction: TransactionRecord
}

interface TransactionArguments {
  first?: number | null
  capturable?: boolean | null
  manuallyResolvable?: boolean | null
}

const cut = <T>(list: readonly T[], first: number | null | undefined) => list.slice(0, first ?? undefined)

/** Fields of Order. */
export const orderPaymentResolvers: Record<string, Resolver> = {
  ...fieldsOf<OrderRecord, { first?: number | null }>({
    refunds: (order, { first }) => cut(order.refunds, first).map((refund): RefundOfOrder => ({ order, refund })),
  }),
  ...fieldsOf<OrderRecord, TransactionArguments>({
    transactions(order, { first, capturable, manuallyResolvable }) {
      if (capturable != null || manuallyResolvable != null) throw notModelled('filters of transactions')
      return cut(order.transactions, first).map((transaction): TransactionOfOrder => ({ order, transaction }))
    },
  }),
}

export const paymentResolvers: Resolvers = {
  Refund: fieldsOf<RefundOfOrder>({
    id: ({ refund }) => gid('Refund', refund.id),
    legacyResourceId: ({ refund }) => refund.id,
    createdAt: ({ refund }) => refund.createdAt,
    processedAt: ({ refund }) => refund.createdAt,
    updatedAt: ({ refund }) => refund.createdAt,
    note: ({ refund }) => refund.note,
    order: ({ order }) => order,
    totalRefunded: ({ order, refund }) => money(refund.totalRefunded, order.currency),
    totalRefundedSet: ({ order, refund }) => moneyBag(order, refund.totalRefunded),
  }),
  OrderTransaction: fieldsOf<TransactionOfOrder>({
    id: ({ transaction }) => gid('OrderTransaction', transaction.id),
    kind: ({ transaction }) => transaction.kind,
    status: ({ transaction }) => transaction.status,
    gateway: ({ transaction }) => transaction.gateway,
    amount: ({ transaction }) => transaction.amount,
    amountSet: ({ order, transaction }) => moneyBag(order, transaction.amount),
    test: ({ transaction }) => transaction.test,
    createdAt: ({ transaction }) => transaction.createdAt,
    processedAt: ({ transaction }) => transaction.processedAt,
    manualPaymentGateway: ({ transaction }) => transaction.gateway === 'manual',
    order: ({ order }) => order,
    parentTransaction({ order, transaction: { parentId } }): TransactionOfOrder | null {
      const parent = order.transactions.find(({ id }) => id === parentId)
      return parent ? { order, transaction: parent } : null
    },
  }),
}
