import { type BodyColumns, carriedBy } from '../carried'
import { decimalOf, idOf, integerOf, objectsOf, required, tagsOf, textOf, timeOf, wordOf } from '../read-values'
import type { WebhookBody, WebhookMeaning } from '../resource'

/** `total_inventory` is missing: the body has quantities by variant and does not say which of them Shopify counts. */
const PRODUCT: BodyColumns = {
  title: ['title', textOf],
  handle: ['handle', textOf],
  status: ['status', wordOf],
  vendor: ['vendor', textOf],
  product_type: ['product_type', textOf],
  tags: ['tags', tagsOf],
  created_at: ['created_at', timeOf],
  published_at: ['published_at', timeOf],
}

const VARIANT: BodyColumns = {
  title: ['title', textOf],
  sku: ['sku', textOf],
  barcode: ['barcode', textOf],
  price: ['price', decimalOf],
  compare_at_price: ['compare_at_price', decimalOf],
  inventory_quantity: ['inventory_quantity', integerOf],
  position: ['position', integerOf],
  created_at: ['created_at', timeOf],
}

const MOST_VARIANTS = 100

/**
 * products/create and products/update. Shopify sends full variants for the first 100 only, and names them all in
 * `variant_gids` (documentation of products/update): a body that has fewer than it names, or 100 and no names, is a
 * signal, not data.
 */
export function productFromWebhook(body: WebhookBody): WebhookMeaning {
  const id = idOf(body.admin_graphql_api_id ?? body.id, 'id')
  const variants = objectsOf(body.variants, 'variants')
  const gids = Array.isArray(body.variant_gids) ? body.variant_gids.length : null
  const isCutOff = gids === null ? variants.length >= MOST_VARIANTS : gids > variants.length
  const whole = variants.every((variant) => 'price' in variant)
  if (isCutOff || !whole) {
    return { meaning: 'signal', id, reason: 'the body does not carry all variants' }
  }
  return {
    meaning: 'upsert',
    record: {
      id,
      sourceUpdatedAt: required(timeOf(body.updated_at, 'updated_at'), 'updated_at'),
      fields: carriedBy(body, PRODUCT),
      children: {
        product_variants: variants.map((variant) => ({
          id: idOf(variant.admin_graphql_api_id ?? variant.id, 'variants.id'),
          ...carriedBy(variant, VARIANT, 'variants.'),
        })),
      },
    },
  }
}
