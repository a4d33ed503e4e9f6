import { addressFromBody } from '../address'
import { type BodyColumns, carriedBy } from '../carried'
import {
  booleanOf,
  decimalOf,
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
import type { Row, WebhookBody, WebhookMeaning } from '../resource'

/**
 * Missing are `total_refunded` (not all of the refunds' transactions are in the body) and `fulfillment_status`, which
 * `fulfillmentOf` carries when it can. Plain amounts are in shop currency.
 */
const ORDER: BodyColumns = {
  name: ['name', textOf],
  email: ['email', filledText],
  phone: ['phone', filledText],
  customer_id: ['customer', (customer, field) => optionalId(objectOf(customer, field)?.id, `${field}.id`)],
  currency: ['currency', textOf],
  presentment_currency: ['presentment_currency', textOf],
  subtotal_price: ['subtotal_price', decimalOf],
  total_discounts: ['total_discounts', decimalOf],
  total_shipping: ['total_shipping_price_set', shopMoney],
  total_tax: ['total_tax', decimalOf],
  total_price: ['total_price', decimalOf],
  current_total_price: ['current_total_price', decimalOf],
  financial_status: ['financial_status', wordOf],
  cancelled_at: ['cancelled_at', timeOf],
  cancel_reason: ['cancel_reason', wordOf],
  closed_at: ['closed_at', timeOf],
  processed_at: ['processed_at', timeOf],
  test: ['test', booleanOf],
  source_name: ['source_name', textOf],
  tags: ['tags', tagsOf],
  note: ['note', textOf],
  shipping_address: ['shipping_address', addressFromBody],
  billing_address: ['billing_address', addressFromBody],
  cart_token: ['cart_token', textOf],
  checkout_token: ['checkout_token', textOf],
  created_at: ['created_at', timeOf],
}

const LINE_ITEM: BodyColumns = {
  product_id: ['product_id', optionalId],
  variant_id: ['variant_id', optionalId],
  title: ['title', textOf],
  variant_title: ['variant_title', textOf],
  sku: ['sku', textOf],
  quantity: ['quantity', integerOf],
  current_quantity: ['current_quantity', integerOf],
  price: ['price', decimalOf],
  total_discount: ['total_discount', decimalOf],
}

/**
 * All refunds of an order are in its body, as in Shopify's documentation of the resource, but not what each gave back in
 * shop currency: its transactions tell the amount in the currency of the payment.
 */
const REFUND: BodyColumns = {
  created_at: ['created_at', timeOf],
  note: ['note', filledText],
}

/** REST's words for a fulfilment that say as much as GraphQL's. */
const FULFILLMENT: Readonly<Record<string, string>> = {
  fulfilled: 'FULFILLED',
  partial: 'PARTIALLY_FULFILLED',
  restocked: 'RESTOCKED',
}

/**
 * Any order topic that brings the whole order. Of its transactions only those of refunds are in the body, so that they
 * are not carried: order_transactions/create, and the next pull, have the order read.
 */
export function orderFromWebhook(body: WebhookBody): WebhookMeaning {
  const items = objectsOf(body.line_items, 'line_items')
  return {
    meaning: 'upsert',
    record: {
      id: idOf(body.admin_graphql_api_id ?? body.id, 'id'),
      sourceUpdatedAt: required(timeOf(body.updated_at, 'updated_at'), 'updated_at'),
      fields: { ...carriedBy(body, ORDER), ...fulfillmentOf(body) },
      children: {
        order_line_items: items.map((item) => ({
          id: idOf(item.admin_graphql_api_id ?? item.id, 'line_items.id'),
          ...carriedBy(item, LINE_ITEM, 'line_items.'),
        })),
        ...refundsOf(body),
      },
    },
  }
}

/** A subscription may ask for some fields only: without the key the refunds are not carried, which is not "none". */
function refundsOf(body: WebhookBody): { order_refunds?: Row[] } {
  if (!('refunds' in body)) return {}
  const refunds = objectsOf(body.refunds, 'refunds').map((refund) => ({
    id: idOf(refund.admin_graphql_api_id ?? refund.id, 'refunds.id'),
    ...carriedBy(refund, REFUND, 'refunds.'),
  }))
  return { order_refunds: refunds }
}

/** refunds/create and order_transactions/create: what they tell belongs to an order, which has to be read. */
export function paymentOfOrder(body: WebhookBody): WebhookMeaning {
  const id = idOf(body.order_id, 'order_id')
  return { meaning: 'signal', id, reason: 'the body tells of a payment alone', ids: { order_id: id } }
}

/** orders/edited tells what was added and removed, not how the order is now. */
export function editOfOrder(body: WebhookBody): WebhookMeaning {
  const edit = required(objectOf(body.order_edit, 'order_edit'), 'order_edit')
  const id = idOf(edit.order_id, 'order_edit.order_id')
  return { meaning: 'signal', id, reason: 'the body tells of an edit alone', ids: { order_edit: { order_id: id } } }
}

/** Nothing when REST says null: unfulfilled, on hold, scheduled and in progress all look alike there. */
function fulfillmentOf(body: WebhookBody): { fulfillment_status?: string } {
  const word = FULFILLMENT[textOf(body.fulfillment_status, 'fulfillment_status') ?? '']
  return word === undefined ? {} : { fulfillment_status: word }
}

/** The amount in shop currency of a `…_set`. */
function shopMoney(value: unknown, field: string): string | null {
  return decimalOf(objectOf(objectOf(value, field)?.shop_money, field)?.amount, field)
}
