import { type BodyColumns, carriedBy } from '../carried'
import { decimalOf, filledText, integerOf, objectsOf, optionalId, required, textOf, timeOf } from '../read-values'
import type { Row, WebhookBody, WebhookMeaning } from '../resource'

const CART: BodyColumns = {
  line_items: ['line_items', (lines, field) => objectsOf(lines, field).map(lineFromBody)],
  created_at: ['created_at', timeOf],
}

/** carts/create and carts/update bring the whole cart. Its id is its token. */
export function cartFromWebhook(body: WebhookBody): WebhookMeaning {
  return {
    meaning: 'upsert',
    record: {
      id: required(filledText(body.id, 'id') ?? filledText(body.token, 'token'), 'id'),
      sourceUpdatedAt: required(timeOf(body.updated_at, 'updated_at'), 'updated_at'),
      fields: carriedBy(body, CART),
      children: {},
    },
  }
}

/** The title is product and variant in one. */
function lineFromBody(line: Readonly<Record<string, unknown>>): Row {
  return {
    id: optionalId(line.id, 'line_items.id'),
    product_id: optionalId(line.product_id, 'line_items.product_id'),
    variant_id: optionalId(line.variant_id, 'line_items.variant_id'),
    title: textOf(line.title, 'line_items.title'),
    variant_title: filledText(line.variant_title, 'line_items.variant_title'),
    sku: filledText(line.sku, 'line_items.sku'),
    quantity: integerOf(line.quantity, 'line_items.quantity'),
    price: decimalOf(line.price, 'line_items.price'),
  }
}
