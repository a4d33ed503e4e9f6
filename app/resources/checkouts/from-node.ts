import { shopCurrency, shopMoney } from '../money-bag'
import { filledText, idOf, integerOf, objectOf, objectsOf, optionalId, required, textOf, timeOf } from '../read-values'
import type { CanonicalRecord, ConnectionPage, Row, SourceNode } from '../resource'
import { lineKeyOf, tokensOf } from './tokens'

type Node = Readonly<Record<string, unknown>>

/** An `AbandonedCheckout` with all its lines. It does not tell the e-mail address, and tokens only between the lines. */
export function checkoutFromNode(source: SourceNode): CanonicalRecord {
  const node = source as SourceNode & Record<string, unknown> & { lineItems?: ConnectionPage<Node> }
  const lines = objectsOf(node.lineItems?.nodes, 'AbandonedCheckout.lineItems')
  const tokens = tokensOf(
    node.abandonedCheckoutUrl,
    lines.map(({ id }) => id),
  )
  return {
    id: idOf(node.id, 'AbandonedCheckout.id'),
    sourceUpdatedAt: required(timeOf(node.updatedAt, 'AbandonedCheckout.updatedAt'), 'AbandonedCheckout.updatedAt'),
    fields: {
      ...tokens,
      name: textOf(node.name, 'AbandonedCheckout.name'),
      customer_id: optionalId(
        objectOf(node.customer, 'AbandonedCheckout.customer')?.id,
        'AbandonedCheckout.customer.id',
      ),
      currency: shopCurrency(node, 'subtotalPriceSet'),
      subtotal_price: shopMoney(node, 'subtotalPriceSet'),
      total_price: shopMoney(node, 'totalPriceSet'),
      completed_at: timeOf(node.completedAt, 'AbandonedCheckout.completedAt'),
      line_items: lines.map(lineFromNode),
      created_at: timeOf(node.createdAt, 'AbandonedCheckout.createdAt'),
    },
    children: {},
  }
}

function lineFromNode(node: Node): Row {
  return {
    id: lineKeyOf(node.id),
    product_id: optionalId(objectOf(node.product, 'product')?.id, 'AbandonedCheckoutLineItem.product.id'),
    variant_id: optionalId(objectOf(node.variant, 'variant')?.id, 'AbandonedCheckoutLineItem.variant.id'),
    title: textOf(node.title, 'AbandonedCheckoutLineItem.title'),
    variant_title: filledText(node.variantTitle, 'AbandonedCheckoutLineItem.variantTitle'),
    sku: filledText(node.sku, 'AbandonedCheckoutLineItem.sku'),
    quantity: integerOf(node.quantity, 'AbandonedCheckoutLineItem.quantity'),
    price: shopMoney(node, 'originalUnitPriceSet'),
  }
}
