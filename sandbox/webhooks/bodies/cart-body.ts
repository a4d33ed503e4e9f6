import type { CartLineRecord, CartRecord, ShopRecord } from '../../model.ts'
import { fromCents, toCents } from '../../money.ts'
import { moneySet } from './money-set.ts'
import { rawId } from './raw-id.ts'

/** carts/create and carts/update. Times are in UTC with milliseconds, as in Shopify's sample. */
export function cartBody(shop: ShopRecord, cart: CartRecord) {
  return {
    id: cart.id,
    token: cart.id,
    line_items: cart.lineItems.map((line) => cartLineBody(shop, line)),
    note: cart.note,
    updated_at: new Date(cart.updatedAt).toISOString(),
    created_at: new Date(cart.createdAt).toISOString(),
  }
}

function cartLineBody(shop: ShopRecord, line: CartLineRecord) {
  const currencies = { currency: shop.currency, presentmentCurrency: shop.currency }
  const unit = toCents(line.price)
  const all = unit * line.quantity
  return {
    id: rawId(line.variantId),
    properties: null,
    quantity: line.quantity,
    variant_id: rawId(line.variantId),
    key: `${line.variantId}:3abdf474dce81d0025dd15b9a02ef6bf`,
    discounted_price: fromCents(unit),
    discounts: [],
    gift_card: false,
    grams: 0,
    line_price: fromCents(all),
    original_line_price: fromCents(all),
    original_price: fromCents(unit),
    price: fromCents(unit),
    product_id: rawId(line.productId),
    sku: line.sku,
    taxable: true,
    title: line.title,
    total_discount: '0.00',
    vendor: null,
    discounted_price_set: moneySet(currencies, unit),
    line_price_set: moneySet(currencies, all),
    original_line_price_set: moneySet(currencies, all),
    price_set: moneySet(currencies, unit),
    total_discount_set: moneySet(currencies, 0),
    parent_relationship: null,
  }
}
