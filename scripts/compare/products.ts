import type { ProductRecord, VariantRecord } from '../../sandbox/model.ts'
import { boolean, byPull, id, instant, integer, money, tags, text } from './column.ts'
import { comparedTable } from './compared-table.ts'

export const products = comparedTable<ProductRecord>({
  name: 'products',
  records: (shop) => shop.products,
  columns: {
    title: text((product) => product.title),
    handle: text((product) => product.handle),
    status: text((product) => product.status),
    vendor: text((product) => product.vendor),
    product_type: text((product) => product.productType),
    tags: tags((product) => product.tags),
    total_inventory: byPull(
      integer((product) => product.variants.reduce((sum, one) => sum + one.inventoryQuantity, 0)),
    ),
    created_at: instant((product) => product.createdAt),
    published_at: instant((product) => product.publishedAt),
    source_updated_at: instant((product) => product.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})

interface VariantOfProduct {
  variant: VariantRecord
  product: ProductRecord
}

export const variants = comparedTable<VariantOfProduct>({
  name: 'product_variants',
  records: (shop) =>
    [...shop.products.values()].flatMap((product) =>
      product.variants.map((variant) => [variant.id, { variant, product }] as const),
    ),
  columns: {
    product_id: id(({ product }) => product.id),
    title: text(({ variant }) => variant.title),
    sku: text(({ variant }) => variant.sku),
    barcode: text(({ variant }) => variant.barcode),
    price: money(({ variant }) => variant.price),
    compare_at_price: money(({ variant }) => variant.compareAtPrice),
    inventory_quantity: integer(({ variant }) => variant.inventoryQuantity),
    position: integer(({ variant }) => variant.position),
    created_at: instant(({ variant }) => variant.createdAt),
    source_updated_at: instant(({ product }) => product.updatedAt),
    partial: byPull(boolean(() => false)),
  },
})
