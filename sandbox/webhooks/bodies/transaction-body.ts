import type { ShopStore } from '../../contract.ts'
import type { OrderRecord, TransactionRecord } from '../../model.ts'
import { gid, rawId, rawIdOrNull } from './raw-id.ts'
import { shopTime, shopTimeOrNull } from './shop-time.ts'

/** A transaction as a refund's body has it. */
export function transactionBody({ shop }: ShopStore, order: OrderRecord, transaction: TransactionRecord) {
  const unsettled = { amount: '0.0', currency: 'XXX' }
  return {
    id: rawId(transaction.id),
    order_id: rawId(order.id),
    kind: transaction.kind.toLowerCase(),
    gateway: transaction.gateway,
    status: transaction.status.toLowerCase(),
    message: null,
    created_at: shopTime(shop, transaction.createdAt),
    test: transaction.test,
    authorization: null,
    location_id: null,
    user_id: null,
    parent_id: rawIdOrNull(transaction.parentId),
    processed_at: shopTimeOrNull(shop, transaction.processedAt),
    device_id: null,
    error_code: null,
    source_name: order.sourceName,
    receipt: {},
    amount: transaction.amount,
    currency: order.currency,
    payment_id: `${order.name}.${order.transactions.indexOf(transaction) + 1}`,
    total_unsettled_set: { presentment_money: unsettled, shop_money: unsettled },
    manual_payment_gateway: transaction.gateway === 'manual',
    amount_rounding: null,
    admin_graphql_api_id: gid('OrderTransaction', transaction.id),
  }
}

/** order_transactions/create: besides, how it was paid. */
export function orderTransactionBody(store: ShopStore, order: OrderRecord, transaction: TransactionRecord) {
  return { ...transactionBody(store, order, transaction), payment_details: null }
}
