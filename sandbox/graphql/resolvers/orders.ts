import { fromCents, toCents } from '../../money.ts'
import type { Decimal, LineItemRecord, OrderRecord } from '../../model.ts'
import { pageOf } from '../connection.ts'
import type { ConnectionArguments, SortOrder } from '../connection.ts'
import { gid } from '../ids.ts'
import { owned } from './addresses.ts'
import type { Money } from './money.ts'
import { moneyBag } from './money.ts'
import { orderPaymentResolvers, paymentResolvers } from './payments.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolver, Resolvers } from './resolver.ts'

/** A line knows its order, for the currencies. */
export interface OrderLine {
  order: OrderRecord
  line: LineItemRecord
}

const LINE_ORDER: SortOrder<OrderLine> = { name: 'ID', value: () => 0, id: ({ line }) => line.id }

const grossCents = (line: LineItemRecord) => toCents(line.price) * line.quantity
const netCents = (line: LineItemRecord) => grossCents(line) - toCents(line.totalDiscount)

/** An amount in both of its forms: the MoneyBag, and the deprecated plain scalar, which has two places. */
function amount<Source>(
  name: string,
  read: (source: Source) => { order: OrderRecord; value: Decimal },
): Record<string, Resolver> {
  return fieldsOf<Source>({
    [name]: (source) => read(source).value,
    [`${name}Set`]: (source) => moneyBag(read(source).order, read(source).value),
  })
}

const orderAmount = (name: string, read: (order: OrderRecord) => Decimal) =>
  amount<OrderRecord>(name, (order) => ({ order, value: read(order) }))
const lineAmount = (name: string, read: (line: LineItemRecord) => Decimal) =>
  amount<OrderLine>(name, ({ order, line }) => ({ order, value: read(line) }))

const sameAddress = (order: OrderRecord) =>
  order.billingAddress !== null && JSON.stringify(order.billingAddress) === JSON.stringify(order.shippingAddress)

export const orderResolvers: Resolvers = {
  Order: {
    ...orderAmount('subtotalPrice', (order) => order.subtotalPrice),
    ...orderAmount('totalDiscounts', (order) => order.totalDiscounts),
    ...orderAmount('totalShippingPrice', (order) => order.totalShipping),
    ...orderAmount('totalTax', (order) => order.totalTax),
    ...orderAmount('totalPrice', (order) => order.totalPrice),
    ...orderAmount('totalRefunded', (order) => order.totalRefunded),
    ...fieldsOf<OrderRecord, ConnectionArguments>({
      id: (order) => gid('Order', order.id),
      legacyResourceId: (order) => order.id,
      name: (order) => order.name,
      number: (order) => order.number,
      email: (order) => order.email,
      phone: (order) => order.phone,
      customer: (order, _, { store }) => (order.customerId && store.customers.get(order.customerId)) || null,
      currencyCode: (order) => order.currency,
      presentmentCurrencyCode: (order) => order.presentmentCurrency,
      currentTotalPriceSet: (order) => moneyBag(order, order.currentTotalPrice),
      displayFinancialStatus: (order) => order.financialStatus,
      displayFulfillmentStatus: (order) => order.fulfillmentStatus,
      cancelledAt: (order) => order.cancelledAt,
      cancelReason: (order) => order.cancelReason,
      closed: (order) => order.closedAt !== null,
      closedAt: (order) => order.closedAt,
      processedAt: (order) => order.processedAt,
      test: (order) => order.test,
      sourceName: (order) => order.sourceName,
      tags: (order) => order.tags,
      note: (order) => order.note,
      shippingAddress: (order) => owned(order.shippingAddress, order.id, 'ShippingAddress'),
      billingAddress: (order) => owned(order.billingAddress, order.id, 'BillingAddress'),
      displayAddress: (order) => owned(order.shippingAddress ?? order.billingAddress, order.id, 'Address'),
      billingAddressMatchesShippingAddress: sameAddress,
      cartToken: (order) => order.cartToken,
      checkoutToken: (order) => order.checkoutToken,
      subtotalLineItemsQuantity: (order) => order.lineItems.reduce((sum, line) => sum + line.quantity, 0),
      currentSubtotalLineItemsQuantity: (order) => order.lineItems.reduce((sum, line) => sum + line.currentQuantity, 0),
      createdAt: (order) => order.createdAt,
      updatedAt: (order) => order.updatedAt,
      transactionsCount: (order) => ({ count: order.transactions.length, precision: 'EXACT' }),
      lineItems(order, args) {
        const lines = order.lineItems.map((line): OrderLine => ({ order, line }))
        return pageOf(args.reverse ? lines.reverse() : lines, LINE_ORDER, args)
      },
    }),
    ...orderPaymentResolvers,
  },
  ...paymentResolvers,
  LineItem: {
    ...lineAmount('originalUnitPrice', (line) => line.price),
    ...lineAmount('originalTotal', (line) => fromCents(grossCents(line))),
    ...lineAmount('discountedTotal', (line) => fromCents(netCents(line))),
    ...lineAmount('totalDiscount', (line) => line.totalDiscount),
    ...fieldsOf<OrderLine>({
      id: ({ line }) => gid('LineItem', line.id),
      product: ({ line }, _, { store }) => (line.productId && store.products.get(line.productId)) || null,
      variant: ({ line }, _, { index }) => (line.variantId ? index.variant(line.variantId) : null),
      title: ({ line }) => line.title,
      name: ({ line }) => (line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`),
      variantTitle: ({ line }) => line.variantTitle,
      sku: ({ line }) => line.sku,
      quantity: ({ line }) => line.quantity,
      currentQuantity: ({ line }) => line.currentQuantity,
      refundableQuantity: ({ line }) => line.currentQuantity,
    }),
  },
  MoneyBag: fieldsOf<{ shopMoney: Money; presentmentMoney: Money }>({
    shopMoney: (bag) => bag.shopMoney,
    presentmentMoney: (bag) => bag.presentmentMoney,
  }),
  MoneyV2: fieldsOf<Money>({
    amount: (one) => one.amount,
    currencyCode: (one) => one.currencyCode,
  }),
}
