import { recoveryUrl } from '../../checkout-address.ts'
import type { ShopStore } from '../../contract.ts'
import type { CheckoutLineRecord, CheckoutRecord } from '../../model.ts'
import { fromCents, toCents } from '../../money.ts'
import { orderAddressBody } from './address-body.ts'
import { orderCustomerBody } from './customer-body.ts'
import { moneySet } from './money-set.ts'
import { rawId, rawIdOrNull } from './raw-id.ts'
import { shopTime, shopTimeOrNull } from './shop-time.ts'

/**
 * checkouts/create and checkouts/update. As in Shopify's sample there is no `id`: the digits of `name` are it. No
 * documentation says in which of the two currencies the plain amounts are; here they are the buyer's, so that a reader
 * who takes them for the shop's is found out.
 */
export function checkoutBody(store: ShopStore, checkout: CheckoutRecord) {
  const { shop } = store
  const customer = checkout.customerId === null ? undefined : store.customers.get(checkout.customerId)
  const { subtotal_price, total_price, total_tax, ...totals } = totalsOf(checkout)
  return {
    token: checkout.token,
    cart_token: checkout.cartToken,
    email: checkout.email,
    gateway: null,
    buyer_accepts_marketing: customer?.acceptsMarketing ?? false,
    created_at: shopTime(shop, checkout.createdAt),
    updated_at: shopTime(shop, checkout.updatedAt),
    landing_site: null,
    note: checkout.note,
    note_attributes: [],
    referring_site: null,
    shipping_lines: [],
    taxes_included: false,
    total_weight: 0,
    currency: checkout.currency,
    completed_at: shopTimeOrNull(shop, checkout.completedAt),
    closed_at: null,
    user_id: null,
    location_id: null,
    source_identifier: null,
    source_url: null,
    device_id: null,
    phone: checkout.phone,
    customer_locale: null,
    line_items: checkout.lineItems.map((line) => checkoutLineBody(store, checkout, line)),
    name: `#${checkout.id}`,
    source: null,
    abandoned_checkout_url: recoveryUrl(shop, checkout),
    discount_codes: [],
    tax_lines: [],
    source_name: 'web',
    ...totals,
    total_price,
    total_tax,
    subtotal_price,
    billing_address: checkout.billingAddress && orderAddressBody(checkout.billingAddress),
    shipping_address: checkout.shippingAddress && orderAddressBody(checkout.shippingAddress),
    customer: customer ? orderCustomerBody(shop, customer) : null,
  }
}

/** checkouts/delete tells the number and the amounts. */
export function checkoutDeletedBody(checkout: CheckoutRecord) {
  return { id: rawId(checkout.id), ...totalsOf(checkout), cart_token: checkout.cartToken }
}

function totalsOf(checkout: CheckoutRecord) {
  return {
    presentment_currency: checkout.presentmentCurrency,
    buyer_accepts_sms_marketing: false,
    sms_marketing_phone: null,
    total_discounts: '0.00',
    total_line_items_price: presented(checkout, toCents(checkout.subtotalPrice)),
    total_price: presented(checkout, toCents(checkout.totalPrice)),
    total_tax: presented(checkout, toCents(checkout.totalTax)),
    subtotal_price: presented(checkout, toCents(checkout.subtotalPrice)),
    total_duties: null,
    reservation_token: null,
  }
}

const presented = (checkout: CheckoutRecord, cents: number) => moneySet(checkout, cents).presentment_money.amount

/** A deleted product or variant is no longer named. */
function checkoutLineBody(store: ShopStore, checkout: CheckoutRecord, line: CheckoutLineRecord) {
  const product = line.productId === null ? undefined : store.products.get(line.productId)
  const variant = product?.variants.find(({ id }) => id === line.variantId)
  const price = presented(checkout, toCents(line.price))
  return {
    applied_discounts: [],
    discount_allocations: [],
    key: line.key,
    destination_location_id: null,
    fulfillment_service: 'manual',
    gift_card: false,
    grams: 0,
    origin_location_id: null,
    presentment_title: line.title,
    presentment_variant_title: line.variantTitle,
    product_id: rawIdOrNull(product?.id ?? null),
    properties: null,
    quantity: line.quantity,
    requires_shipping: true,
    sku: line.sku,
    tax_lines: [],
    taxable: true,
    title: line.title,
    variant_id: rawIdOrNull(variant?.id ?? null),
    variant_title: line.variantTitle,
    variant_price: price,
    vendor: product?.vendor ?? null,
    user_id: null,
    unit_price_measurement: {
      measured_type: null,
      quantity_value: null,
      quantity_unit: null,
      reference_value: null,
      reference_unit: null,
    },
    rank: null,
    compare_at_price: null,
    line_price: fromCents(toCents(price) * line.quantity),
    price,
  }
}
