import type { ShopStore } from '../../sandbox/contract.ts'
import type { LineItemRecord, OrderRecord } from '../../sandbox/model.ts'
import { address, boolean, byPull, id, idWhileItExists, instant, integer, money, tags, text } from './column.ts'
import { comparedTable } from './compared-table.ts'

export const orders = comparedTable<OrderRecord>({
  name: 'orders',
  records: (shop) => shop.orders,
  columns: {
    name: text((order) => order.name),
    email: text((order) => order.email),
    phone: text((order) => order.phone),
    customer_id: id((order) => order.customerId),
    currency: text((order) => order.currency),
    presentment_currency: text((order) => order.presentmentCurrency),
    subtotal_price: money((order) => order.subtotalPrice),
    total_discounts: money((order) => order.totalDiscounts),
    total_shipping: money((order) => order.totalShipping),
    total_tax: money((order) => order.totalTax),
    total_price: money((order) => order.totalPrice),
    total_refunded: byPull(money((order) => order.totalRefunded)),
    current_total_price: money((order) => order.currentTotalPrice),
    financial_status: text((order) => order.financialStatus),
    // REST has words for these two; everything else is null there.
    fulfillment_status: byPull(
      text((order) => order.fulfillmentStatus),
      (order) => !['FULFILLED', 'PARTIALLY_FULFILLED'].includes(order.fulfillmentStatus),
    ),
    cancelled_at: instant((order) => order.cancelledAt),
    cancel_reason: text((order) => order.cancelReason),
    closed_at: instant((order) => order.closedAt),
    processed_at: instant((order) => order.processedAt),
    test: boolean((order) => order.test),
    source_name: text((order) => order.sourceName),
    tags: tags((order) => order.tags),
    note: text((order) => order.note),
    shipping_address: address((order) => order.shippingAddress),
    billing_address: address((order) => order.billingAddress),
    cart_token: text((order) => order.cartToken),
    checkout_token: text((order) => order.checkoutToken),
    created_at: instant((order) => order.createdAt),
    source_updated_at: instant((order) => order.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})

interface LineOfOrder {
  line: LineItemRecord
  order: OrderRecord
}

export const lineItems = comparedTable<LineOfOrder>({
  name: 'order_line_items',
  records: (shop) =>
    [...shop.orders.values()].flatMap((order) => order.lineItems.map((line) => [line.id, { line, order }] as const)),
  columns: {
    order_id: id(({ order }) => order.id),
    product_id: idWhileItExists(
      ({ line }) => line.productId,
      ({ line }, shop) => productOf(line, shop) !== undefined,
    ),
    variant_id: idWhileItExists(
      ({ line }) => line.variantId,
      ({ line }, shop) => productOf(line, shop)?.variants.some((variant) => variant.id === line.variantId) ?? false,
    ),
    title: text(({ line }) => line.title),
    variant_title: text(({ line }) => line.variantTitle),
    sku: text(({ line }) => line.sku),
    quantity: integer(({ line }) => line.quantity),
    current_quantity: integer(({ line }) => line.currentQuantity),
    price: money(({ line }) => line.price),
    total_discount: money(({ line }) => line.totalDiscount),
    source_updated_at: instant(({ order }) => order.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})

const productOf = (line: LineItemRecord, shop: ShopStore) =>
  line.productId === null ? undefined : shop.products.get(line.productId)
