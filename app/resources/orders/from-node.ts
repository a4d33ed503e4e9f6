import { addressFromNode } from '../address'
import { shopCurrency, shopMoney } from '../money-bag'
import {
  booleanOf,
  filledText,
  idOf,
  integerOf,
  objectOf,
  objectsOf,
  optionalId,
  required,
  tagsOf,
  textOf,
  timeOf,
  wordOf,
} from '../read-values'
import type { CanonicalRecord, ConnectionPage, Row, SourceNode } from '../resource'

/** An `Order` node with all its line items. Carries every column. */
export function orderFromNode(source: SourceNode): CanonicalRecord {
  const { lineItems } = source as SourceNode & { lineItems?: ConnectionPage<Record<string, unknown>> }
  const order = orderFromLine(source)
  const items = objectsOf(lineItems?.nodes, 'Order.lineItems').map(lineItemFromNode)
  return { ...order, children: { ...order.children, order_line_items: items } }
}

/** An `Order` node whose line items come elsewhere. Refunds and transactions are lists of its own. */
export function orderFromLine(source: SourceNode): CanonicalRecord {
  const node = source as SourceNode & Record<string, unknown>
  return {
    id: idOf(node.id, 'Order.id'),
    sourceUpdatedAt: required(timeOf(node.updatedAt, 'Order.updatedAt'), 'Order.updatedAt'),
    fields: {
      name: textOf(node.name, 'Order.name'),
      email: filledText(node.email, 'Order.email'),
      phone: filledText(node.phone, 'Order.phone'),
      customer_id: optionalId(objectOf(node.customer, 'Order.customer')?.id, 'Order.customer.id'),
      currency: textOf(node.currencyCode, 'Order.currencyCode'),
      presentment_currency: textOf(node.presentmentCurrencyCode, 'Order.presentmentCurrencyCode'),
      subtotal_price: shopMoney(node, 'subtotalPriceSet'),
      total_discounts: shopMoney(node, 'totalDiscountsSet'),
      total_shipping: shopMoney(node, 'totalShippingPriceSet'),
      total_tax: shopMoney(node, 'totalTaxSet'),
      total_price: shopMoney(node, 'totalPriceSet'),
      total_refunded: shopMoney(node, 'totalRefundedSet'),
      current_total_price: shopMoney(node, 'currentTotalPriceSet'),
      financial_status: wordOf(node.displayFinancialStatus, 'Order.displayFinancialStatus'),
      fulfillment_status: wordOf(node.displayFulfillmentStatus, 'Order.displayFulfillmentStatus'),
      cancelled_at: timeOf(node.cancelledAt, 'Order.cancelledAt'),
      cancel_reason: wordOf(node.cancelReason, 'Order.cancelReason'),
      closed_at: timeOf(node.closedAt, 'Order.closedAt'),
      processed_at: timeOf(node.processedAt, 'Order.processedAt'),
      test: booleanOf(node.test, 'Order.test'),
      source_name: textOf(node.sourceName, 'Order.sourceName'),
      tags: tagsOf(node.tags, 'Order.tags'),
      note: textOf(node.note, 'Order.note'),
      shipping_address: addressFromNode(node.shippingAddress, 'Order.shippingAddress'),
      billing_address: addressFromNode(node.billingAddress, 'Order.billingAddress'),
      cart_token: textOf(node.cartToken, 'Order.cartToken'),
      checkout_token: textOf(node.checkoutToken, 'Order.checkoutToken'),
      created_at: timeOf(node.createdAt, 'Order.createdAt'),
    },
    children: {
      order_refunds: objectsOf(node.refunds, 'Order.refunds').map(refundFromNode),
      order_transactions: objectsOf(node.transactions, 'Order.transactions').map(transactionFromNode),
    },
  }
}

export function lineItemFromNode(node: Readonly<Record<string, unknown>>): Row {
  return {
    id: idOf(node.id, 'LineItem.id'),
    product_id: optionalId(objectOf(node.product, 'LineItem.product')?.id, 'LineItem.product.id'),
    variant_id: optionalId(objectOf(node.variant, 'LineItem.variant')?.id, 'LineItem.variant.id'),
    title: textOf(node.title, 'LineItem.title'),
    variant_title: textOf(node.variantTitle, 'LineItem.variantTitle'),
    sku: textOf(node.sku, 'LineItem.sku'),
    quantity: integerOf(node.quantity, 'LineItem.quantity'),
    current_quantity: integerOf(node.currentQuantity, 'LineItem.currentQuantity'),
    price: shopMoney(node, 'originalUnitPriceSet'),
    total_discount: shopMoney(node, 'totalDiscountSet'),
  }
}

function refundFromNode(node: Readonly<Record<string, unknown>>): Row {
  return {
    id: idOf(node.id, 'Refund.id'),
    created_at: timeOf(node.createdAt, 'Refund.createdAt'),
    note: filledText(node.note, 'Refund.note'),
    total_refunded: shopMoney(node, 'totalRefundedSet'),
  }
}

function transactionFromNode(node: Readonly<Record<string, unknown>>): Row {
  return {
    id: idOf(node.id, 'OrderTransaction.id'),
    kind: wordOf(node.kind, 'OrderTransaction.kind'),
    status: wordOf(node.status, 'OrderTransaction.status'),
    gateway: textOf(node.gateway, 'OrderTransaction.gateway'),
    amount: shopMoney(node, 'amountSet'),
    currency: shopCurrency(node, 'amountSet'),
    test: booleanOf(node.test, 'OrderTransaction.test'),
    created_at: timeOf(node.createdAt, 'OrderTransaction.createdAt'),
    processed_at: timeOf(node.processedAt, 'OrderTransaction.processedAt'),
  }
}
