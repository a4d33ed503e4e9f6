/** How an order was paid and paid back: the transactions and refunds that belong to its amounts and its status. */
import type { Id, OrderRecord, RefundRecord, TransactionRecord } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import { outstandingCents } from './order-amounts.ts'

type Unpaid = Omit<OrderRecord, 'refunds' | 'transactions'>
type Payments = Pick<OrderRecord, 'refunds' | 'transactions'>
type NewTransaction = Pick<TransactionRecord, 'kind' | 'createdAt'> & Partial<TransactionRecord> & { cents: number }

export function newTransaction(
  store: MutableShopStore,
  order: Pick<OrderRecord, 'test'>,
  { cents, ...given }: NewTransaction,
): TransactionRecord {
  const isPending = given.status === 'PENDING'
  return {
    id: store.nextId(),
    status: 'SUCCESS',
    gateway: 'bogus',
    amount: fromCents(cents),
    test: order.test,
    processedAt: isPending ? null : given.createdAt,
    parentId: null,
    refundId: null,
    ...given,
  }
}

/** The payments that such an order had, for one that comes into being with amounts and a status. */
export function paymentsOf(store: MutableShopStore, order: Unpaid): Payments {
  const paid = incoming(store, order)
  const refundedCents = toCents(order.totalRefunded)
  if (refundedCents === 0) return { refunds: [], transactions: paid }
  const at = order.cancelledAt ?? order.updatedAt
  const lines = order.lineItems.flatMap(({ id, quantity, currentQuantity }) =>
    currentQuantity < quantity ? { lineItemId: id, quantity: quantity - currentQuantity } : [],
  )
  const back = refundOf(store, { ...order, transactions: paid }, { cents: refundedCents, lines, at, note: null })
  return { refunds: [back.refund], transactions: [...paid, back.transaction] }
}

function incoming(store: MutableShopStore, order: Unpaid): TransactionRecord[] {
  const totalCents = toCents(order.totalPrice)
  const createdAt = order.createdAt
  const one = (given: Omit<NewTransaction, 'createdAt'>) => newTransaction(store, order, { createdAt, ...given })
  switch (order.financialStatus) {
    case 'PENDING':
      return [one({ kind: 'SALE', status: 'PENDING', gateway: 'manual', cents: totalCents })]
    case 'AUTHORIZED':
      return [one({ kind: 'AUTHORIZATION', cents: totalCents })]
    case 'VOIDED': {
      const authorization = one({ kind: 'AUTHORIZATION', cents: totalCents })
      const void_ = { kind: 'VOID', parentId: authorization.id, cents: totalCents } as const
      return [authorization, { ...one(void_), createdAt: order.cancelledAt ?? createdAt }]
    }
    case 'PARTIALLY_PAID':
      return [one({ kind: 'SALE', cents: totalCents - outstandingCents(order) })]
    default:
      return [one({ kind: 'SALE', cents: totalCents })]
  }
}

interface GivenBack {
  cents: number
  lines: RefundRecord['lines']
  at: string
  note: string | null
}

/** A refund and the transaction that pays it back. Neither is in the order yet. */
export function refundOf(
  store: MutableShopStore,
  order: Pick<OrderRecord, 'test' | 'transactions'>,
  { cents, lines, at, note }: GivenBack,
): { refund: RefundRecord; transaction: TransactionRecord } {
  const refund = { id: store.nextId(), createdAt: at, note, totalRefunded: fromCents(cents), lines }
  const given = { kind: 'REFUND', createdAt: at, parentId: paymentId(order), refundId: refund.id, cents } as const
  return { refund, transaction: newTransaction(store, order, given) }
}

const paymentId = ({ transactions }: Pick<OrderRecord, 'transactions'>): Id | null =>
  transactions.find(({ kind }) => kind === 'SALE' || kind === 'CAPTURE')?.id ?? null
