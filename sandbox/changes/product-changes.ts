import { isDeepStrictEqual } from 'node:util'
import type { Id, ProductRecord, VariantRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import { deletedBody } from '../webhooks/bodies/product-body.ts'
import type { Outcome } from './announcement.ts'
import { productMessage } from './announcement.ts'
import { findProduct } from './find-record.ts'
import { newVariant } from './new-variant.ts'

/** Without fields: an active product with one variant. `updatedAt` is now, whatever the fields say. */
export function createProduct(store: MutableShopStore, fields: Partial<ProductRecord> = {}): Outcome {
  const id = fields.id ?? store.nextId()
  if (store.products.has(id)) throw new Error(`product ${id} exists already`)
  const now = store.timestamp()
  const product: ProductRecord = {
    title: `Product ${id}`,
    handle: `product-${id}`,
    descriptionHtml: '',
    status: 'ACTIVE',
    vendor: store.shop.name,
    productType: '',
    tags: [],
    publishedAt: now,
    createdAt: now,
    ...structuredClone(fields),
    id,
    updatedAt: now,
    variants: [],
  }
  const variants = structuredClone(fields.variants) ?? [newVariant(store, product, 'Default Title')]
  product.variants = placed(product, variants, now)
  store.products.set(id, product)
  return { id, messages: [productMessage(store, 'products/create', product)] }
}

export function updateProduct(store: MutableShopStore, id: Id, fields: Partial<ProductRecord>): Outcome {
  const product = findProduct(store, id)
  const variants = structuredClone(fields.variants) ?? product.variants
  return saveProduct(store, { ...product, ...structuredClone(fields), id, variants })
}

/** Orders keep the product's id in their line items. */
export function deleteProduct(store: MutableShopStore, id: Id): Outcome {
  const { title } = findProduct(store, id)
  store.products.delete(id)
  const eventId = store.nextId()
  const createdAt = store.timestamp()
  const message = `${title} was destroyed.`
  store.events.set(eventId, {
    id: eventId,
    action: 'destroy',
    subjectType: 'PRODUCT',
    subjectId: id,
    message,
    createdAt,
  })
  return { id, messages: [{ topic: 'products/delete', body: deletedBody(id) }] }
}

/** Stores the product as updated now, with those of its variants that differ from before, and says so. */
export function saveProduct(store: MutableShopStore, product: ProductRecord): Outcome {
  const now = store.timestamp()
  const before = store.products.get(product.id)?.variants
  const saved = { ...product, updatedAt: now, variants: placed(product, product.variants, now, before) }
  store.products.set(saved.id, saved)
  return { id: saved.id, messages: [productMessage(store, 'products/update', saved)] }
}

function placed(
  product: ProductRecord,
  variants: readonly VariantRecord[],
  now: string,
  before: readonly VariantRecord[] = [],
): VariantRecord[] {
  return variants.map((variant, index) => {
    const known = before.find(({ id }) => id === variant.id)
    const updatedAt = known?.updatedAt ?? now
    const candidate = { ...variant, productId: product.id, position: index + 1, updatedAt }
    return known && isDeepStrictEqual(known, candidate) ? known : { ...candidate, updatedAt: now }
  })
}
