import type { ProductRecord, VariantRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'

/** A variant for the end of the product's list. It is not in the product yet. */
export function newVariant(
  store: MutableShopStore,
  product: ProductRecord,
  title: string,
  fields: Partial<VariantRecord> = {},
): VariantRecord {
  const now = store.timestamp()
  return {
    id: store.nextId(),
    productId: product.id,
    title,
    sku: null,
    barcode: null,
    price: product.variants[0]?.price ?? '10.00',
    compareAtPrice: null,
    inventoryQuantity: 0,
    inventoryItemId: store.nextId(),
    position: product.variants.length + 1,
    createdAt: now,
    updatedAt: now,
    ...fields,
  }
}
