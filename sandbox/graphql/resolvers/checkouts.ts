import { checkoutLineGid, recoveryUrl } from '../../checkout-address.ts'
import { fromCents, toCents } from '../../money.ts'
import type { CheckoutLineRecord, CheckoutRecord } from '../../model.ts'
import { pageOf } from '../connection.ts'
import type { ConnectionArguments, SortOrder } from '../connection.ts'
import { gid } from '../ids.ts'
import { owned } from './addresses.ts'
import { moneyBag } from './money.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

/** A line knows its checkout, for the currencies and its id. */
interface CheckoutLine {
  checkout: CheckoutRecord
  line: CheckoutLineRecord
}

/** Lines have no number: they are in the order in which they were put in. */
const LINE_ORDER: SortOrder<CheckoutLine> = {
  name: 'INDEX',
  value: ({ checkout, line }) => checkout.lineItems.indexOf(line),
  id: () => '0',
}

export const checkoutResolvers: Resolvers = {
  AbandonedCheckout: fieldsOf<CheckoutRecord, ConnectionArguments>({
    id: (checkout) => gid('AbandonedCheckout', checkout.id),
    name: (checkout) => `#${checkout.id}`,
    abandonedCheckoutUrl: (checkout, _, { store }) => recoveryUrl(store.shop, checkout),
    customer: ({ customerId }, _, { store }) => (customerId && store.customers.get(customerId)) || null,
    note: (checkout) => checkout.note ?? '',
    discountCodes: () => [],
    taxesIncluded: () => false,
    subtotalPriceSet: (checkout) => moneyBag(checkout, checkout.subtotalPrice),
    totalLineItemsPriceSet: (checkout) => moneyBag(checkout, checkout.subtotalPrice),
    totalDiscountSet: (checkout) => moneyBag(checkout, '0.00'),
    totalTaxSet: (checkout) => moneyBag(checkout, checkout.totalTax),
    totalPriceSet: (checkout) => moneyBag(checkout, checkout.totalPrice),
    shippingAddress: (checkout) => owned(checkout.shippingAddress, checkout.id, 'ShippingAddress'),
    billingAddress: (checkout) => owned(checkout.billingAddress, checkout.id, 'BillingAddress'),
    completedAt: (checkout) => checkout.completedAt,
    createdAt: (checkout) => checkout.createdAt,
    updatedAt: (checkout) => checkout.updatedAt,
    lineItems(checkout, args) {
      const lines = checkout.lineItems.map((line): CheckoutLine => ({ checkout, line }))
      return pageOf(args.reverse ? lines.reverse() : lines, LINE_ORDER, args)
    },
  }),
  AbandonedCheckoutLineItem: fieldsOf<CheckoutLine>({
    id: ({ checkout, line }) => checkoutLineGid(checkout, line),
    product: ({ line }, _, { store }) => (line.productId && store.products.get(line.productId)) || null,
    variant: ({ line }, _, { index }) => (line.variantId ? index.variant(line.variantId) : null),
    title: ({ line }) => line.title,
    variantTitle: ({ line }) => line.variantTitle,
    sku: ({ line }) => line.sku,
    quantity: ({ line }) => line.quantity,
    originalUnitPriceSet: ({ checkout, line }) => moneyBag(checkout, line.price),
    originalTotalPriceSet: ({ checkout, line }) => moneyBag(checkout, fromCents(toCents(line.price) * line.quantity)),
  }),
}
