import { createHash } from 'node:crypto'
import type { ShopStore } from '../../contract.ts'
import type { OrderRecord } from '../../model.ts'
import { toCents, fromCents } from '../../money.ts'
import { orderAddressBody } from './address-body.ts'
import { orderCustomerBody } from './customer-body.ts'
import { lineItemBody } from './line-item-body.ts'
import { moneySet } from './money-set.ts'
import { orderAmountsBody } from './order-amounts-body.ts'
import { gid, rawId } from './raw-id.ts'
import { refundBody } from './refund-body.ts'
import { shopTime, shopTimeOrNull } from './shop-time.ts'

/** `order_number` begins at 1001 in each shop, `number` at 1. */
const numberOffset = 1000

/** Every topic of orders but orders/delete and orders/edited. */
export function orderBody(store: ShopStore, order: OrderRecord) {
  const { shop } = store
  const customer = order.customerId === null ? undefined : store.customers.get(order.customerId)
  const token = createHash('md5').update(order.id).digest('hex')
  return {
    id: rawId(order.id),
    admin_graphql_api_id: gid('Order', order.id),
    app_id: null,
    browser_ip: null,
    buyer_accepts_marketing: customer?.acceptsMarketing ?? false,
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    cancelled_at: shopTimeOrNull(shop, order.cancelledAt),
    cart_token: order.cartToken,
    checkout_token: order.checkoutToken,
    client_details: null,
    closed_at: shopTimeOrNull(shop, order.closedAt),
    confirmation_number: null,
    confirmed: true,
    contact_email: order.email,
    created_at: shopTime(shop, order.createdAt),
    currency: order.currency,
    customer_locale: 'en',
    device_id: null,
    discount_codes: [],
    duties_included: false,
    email: order.email ?? '',
    estimated_taxes: false,
    financial_status: order.financialStatus.toLowerCase(),
    fulfillment_status: fulfillmentWord(order.fulfillmentStatus),
    landing_site: null,
    landing_site_ref: null,
    location_id: null,
    merchant_business_entity_id: Buffer.from(shop.id).toString('base64url'),
    merchant_of_record_app_id: null,
    name: order.name,
    note: order.note,
    note_attributes: [],
    number: order.number - numberOffset,
    order_number: order.number,
    order_status_url: `https://${shop.domain}/${shop.id}/orders/${token}/authenticate?key=${token.slice(0, 8)}`,
    payment_gateway_names: ['bogus'],
    phone: order.phone,
    po_number: null,
    presentment_currency: order.presentmentCurrency,
    processed_at: shopTime(shop, order.processedAt),
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: order.sourceName,
    source_url: null,
    tags: order.tags.join(', '),
    tax_exempt: false,
    tax_lines: [],
    taxes_included: false,
    test: order.test,
    token,
    total_weight: 0,
    updated_at: shopTime(shop, order.updatedAt),
    user_id: null,
    ...orderAmountsBody(order),
    billing_address: order.billingAddress && orderAddressBody(order.billingAddress),
    customer: customer ? orderCustomerBody(shop, customer) : null,
    discount_applications: [],
    fulfillments: [],
    line_items: order.lineItems.map((line) => lineItemBody(store, order, line)),
    payment_terms: null,
    refunds: order.refunds.map((refund) => refundBody(store, order, refund)),
    shipping_address: order.shippingAddress && orderAddressBody(order.shippingAddress),
    shipping_lines: shippingLines(order),
    returns: [],
    line_item_groups: [],
  }
}

/** REST knows only whether all, some or none is fulfilled; the finer words of GraphQL are none to it. */
function fulfillmentWord(status: OrderRecord['fulfillmentStatus']): 'fulfilled' | 'partial' | null {
  if (status === 'FULFILLED') return 'fulfilled'
  return status === 'PARTIALLY_FULFILLED' ? 'partial' : null
}

/** One line where something is shipped, under the order's number: the model keeps only what shipping costs. */
function shippingLines(order: OrderRecord) {
  const cents = toCents(order.totalShipping)
  if (cents === 0 && order.shippingAddress === null) return []
  return [
    {
      id: rawId(order.id),
      carrier_identifier: null,
      code: 'Standard',
      current_discounted_price_set: moneySet(order, cents),
      discounted_price: fromCents(cents),
      discounted_price_set: moneySet(order, cents),
      is_removed: false,
      phone: null,
      price: fromCents(cents),
      price_set: moneySet(order, cents),
      requested_fulfillment_service_id: null,
      source: 'shopify',
      title: 'Standard',
      tax_lines: [],
      discount_allocations: [],
    },
  ]
}
