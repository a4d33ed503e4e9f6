import { isListed } from '../../sandbox/abandoned.ts'
import type { CartRecord, CheckoutRecord } from '../../sandbox/model.ts'
import { boolean, byPull, byWebhook, either, idWhileItExists, instant, jsonLines, money, text } from './column.ts'
import { comparedTable } from './compared-table.ts'

/** Webhooks carry amounts in the buyer's currency; where that is not the shop's, only a pull has them. */
const isForeign = ({ presentmentCurrency, currency }: CheckoutRecord) => presentmentCurrency !== currency

/** Those that Shopify lists must be there. Of the others the copy has what webhooks told, as of its own time. */
export const checkouts = comparedTable<CheckoutRecord>({
  name: 'checkouts',
  lists: isListed,
  records: (shop) => shop.checkouts,
  columns: {
    token: text((checkout) => checkout.token),
    cart_token: byWebhook(text((checkout) => checkout.cartToken)),
    name: text((checkout) => `#${checkout.id}`),
    email: byWebhook(text((checkout) => checkout.email)),
    customer_id: idWhileItExists(
      (checkout) => checkout.customerId,
      ({ customerId }, shop) => customerId !== null && shop.customers.has(customerId),
    ),
    currency: text((checkout) => checkout.currency),
    subtotal_price: byPull(
      money((checkout) => checkout.subtotalPrice),
      isForeign,
    ),
    total_price: byPull(
      money((checkout) => checkout.totalPrice),
      isForeign,
    ),
    completed_at: instant((checkout) => checkout.completedAt),
    line_items: byPull(
      jsonLines(({ lineItems }) =>
        lineItems.map((line) => ({
          ...{ id: line.key, product_id: line.productId, variant_id: line.variantId },
          ...{ title: line.title, variant_title: line.variantTitle, sku: line.sku },
          ...{ quantity: line.quantity, price: line.price },
        })),
      ),
      isForeign,
    ),
    created_at: instant((checkout) => checkout.createdAt),
    source_updated_at: instant((checkout) => checkout.updatedAt),
    // A pull never carries all of a checkout.
    partial: either(),
  },
})

/** Shopify lists none: the copy has what webhooks told, as of its own time. */
export const carts = comparedTable<CartRecord>({
  name: 'carts',
  lists: () => false,
  records: (shop) => shop.carts,
  columns: {
    line_items: jsonLines(({ lineItems }) =>
      lineItems.map((line) => ({
        ...{ id: line.variantId, product_id: line.productId, variant_id: line.variantId },
        ...{ title: line.title, variant_title: null, sku: line.sku },
        ...{ quantity: line.quantity, price: line.price },
      })),
    ),
    created_at: instant((cart) => cart.createdAt),
    source_updated_at: instant((cart) => cart.updatedAt),
    partial: boolean(() => false),
  },
})
