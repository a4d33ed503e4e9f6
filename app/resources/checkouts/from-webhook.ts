import { type BodyColumns, carriedBy } from '../carried'
import {
  decimalOf,
  filledText,
  idOf,
  integerOf,
  objectOf,
  objectsOf,
  optionalId,
  required,
  textOf,
  timeOf,
} from '../read-values'
import { UnreadableRecord, type Row, type WebhookBody, type WebhookMeaning } from '../resource'

const CHECKOUT: BodyColumns = {
  token: ['token', textOf],
  cart_token: ['cart_token', textOf],
  name: ['name', textOf],
  email: ['email', filledText],
  customer_id: ['customer', customerIdOf],
  currency: ['currency', textOf],
  completed_at: ['completed_at', timeOf],
  created_at: ['created_at', timeOf],
}

function customerIdOf(value: unknown, field: string): string | null {
  const customer = objectOf(value, field)
  return optionalId(customer?.admin_graphql_api_id ?? customer?.id, `${field}.id`)
}

/**
 * Plain amounts, without word of the currency they are in: `currency` is the shop's, `presentment_currency` the buyer's.
 * Where the two differ they are not carried, rather than stored in the wrong one.
 */
const AMOUNTS: BodyColumns = {
  subtotal_price: ['subtotal_price', decimalOf],
  total_price: ['total_price', decimalOf],
  line_items: ['line_items', (lines, field) => objectsOf(lines, field).map(lineFromBody)],
}

/** checkouts/create and checkouts/update: a live checkout, whether or not anybody can be reached by it. */
export function checkoutFromWebhook(body: WebhookBody): WebhookMeaning {
  const isInShopCurrency = body.presentment_currency === undefined || body.presentment_currency === body.currency
  return {
    meaning: 'upsert',
    record: {
      id: checkoutIdOf(body),
      sourceUpdatedAt: required(timeOf(body.updated_at, 'updated_at'), 'updated_at'),
      fields: { ...carriedBy(body, CHECKOUT), ...(isInShopCurrency ? carriedBy(body, AMOUNTS) : {}) },
      children: {},
    },
  }
}

/** Shopify's sample has no `id`: the name is `#` and its digits. */
function checkoutIdOf({ id, name }: WebhookBody): string {
  if (id !== undefined && id !== null) return idOf(id, 'id')
  const digits = /^#(\d+)$/.exec(typeof name === 'string' ? name : '')?.[1]
  if (digits === undefined) throw new UnreadableRecord('neither id nor name tells the id')
  return idOf(digits, 'name')
}

const LINE_KEY = /^[0-9a-f]{32}$/

function lineFromBody(line: Readonly<Record<string, unknown>>): Row {
  return {
    // Some shops send the variant's number as the key of a line; only a key of its own is its id, in either channel.
    id: typeof line.key === 'string' && LINE_KEY.test(line.key) ? line.key : null,
    product_id: optionalId(line.product_id, 'line_items.product_id'),
    variant_id: optionalId(line.variant_id, 'line_items.variant_id'),
    title: textOf(line.title, 'line_items.title'),
    variant_title: filledText(line.variant_title, 'line_items.variant_title'),
    sku: filledText(line.sku, 'line_items.sku'),
    quantity: integerOf(line.quantity, 'line_items.quantity'),
    price: decimalOf(line.price, 'line_items.price'),
  }
}
