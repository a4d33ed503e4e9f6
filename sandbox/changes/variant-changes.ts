import type { Id } from '../model.ts'
import { fromCents, toCents } from '../money.ts'
import type { MutableShopStore } from '../store.ts'
import type { Outcome } from './announcement.ts'
import { findProduct, findVariant } from './find-record.ts'
import { newVariant } from './new-variant.ts'
import { saveProduct } from './product-changes.ts'

interface VariantFields {
  price?: string
  inventoryQuantity?: number
  sku?: string | null
}

/** The price may be any decimal with at most two places; it is stored with two. */
export function updateVariant(store: MutableShopStore, productId: Id, id: Id, fields: VariantFields): Outcome {
  const product = findProduct(store, productId)
  const variant = findVariant(product, id)
  const price = fromCents(toCents(fields.price ?? variant.price))
  const changed = { ...variant, ...fields, price }
  return saveProduct(store, { ...product, variants: product.variants.map((one) => (one === variant ? changed : one)) })
}

export function createVariant(store: MutableShopStore, productId: Id): Outcome {
  const product = findProduct(store, productId)
  const taken = new Set(product.variants.map(({ title }) => title))
  let number = product.variants.length + 1
  while (taken.has(`Option ${number}`)) number++
  return saveProduct(store, {
    ...product,
    variants: [...product.variants, newVariant(store, product, `Option ${number}`)],
  })
}

/** Shopify keeps at least one variant in each product and refuses to delete the last. */
export function deleteVariant(store: MutableShopStore, productId: Id, id: Id): Outcome {
  const product = findProduct(store, productId)
  const variant = findVariant(product, id)
  if (product.variants.length === 1) throw new Error(`variant ${id} is the last of product ${productId}`)
  return saveProduct(store, { ...product, variants: product.variants.filter((one) => one !== variant) })
}
