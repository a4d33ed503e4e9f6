import type { ShopStore } from '../../contract.ts'
import type { LineItemRecord, OrderRecord } from '../../model.ts'
import { fromCents, toCents } from '../../money.ts'
import { moneySet } from './money-set.ts'
import { gid, rawId, rawIdOrNull } from './raw-id.ts'

/** What an order's lines and a refund's lines have in common. A deleted product or variant is no longer named. */
export function soldItemBody(store: ShopStore, order: OrderRecord, line: LineItemRecord) {
  const product = line.productId === null ? undefined : store.products.get(line.productId)
  const variant = product?.variants.find(({ id }) => id === line.variantId)
  const isFulfilled = order.fulfillmentStatus === 'FULFILLED'
  return {
    id: rawId(line.id),
    admin_graphql_api_id: gid('LineItem', line.id),
    fulfillable_quantity: isFulfilled ? 0 : line.currentQuantity,
    fulfillment_service: 'manual',
    fulfillment_status: isFulfilled ? 'fulfilled' : null,
    gift_card: false,
    grams: 0,
    name: line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`,
    price: fromCents(toCents(line.price)),
    price_set: moneySet(order, toCents(line.price)),
    product_exists: product !== undefined,
    product_id: rawIdOrNull(product?.id ?? null),
    properties: [],
    quantity: line.quantity,
    requires_shipping: true,
    sku: line.sku,
    taxable: true,
    title: line.title,
    total_discount: fromCents(toCents(line.totalDiscount)),
    total_discount_set: moneySet(order, toCents(line.totalDiscount)),
    variant_id: rawIdOrNull(variant?.id ?? null),
    variant_inventory_management: variant ? 'shopify' : null,
    variant_title: line.variantTitle,
    vendor: product?.vendor ?? null,
    tax_lines: [],
    duties: [],
    discount_allocations: [],
  }
}

export function lineItemBody(store: ShopStore, order: OrderRecord, line: LineItemRecord) {
  return {
    ...soldItemBody(store, order, line),
    attributed_staffs: [],
    current_quantity: line.currentQuantity,
    sales_line_item_group_id: null,
  }
}
