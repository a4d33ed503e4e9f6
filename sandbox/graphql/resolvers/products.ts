import { fromCents, toCents } from '../../money.ts'
import type { ProductRecord, VariantRecord } from '../../model.ts'
import { pageOf, sortRecords } from '../connection.ts'
import { gid } from '../ids.ts'
import { sortOrder } from '../sort-keys.ts'
import type { ListArguments } from './lists.ts'
import { money } from './money.ts'
import { fieldsOf } from './resolver.ts'
import type { Resolvers } from './resolver.ts'

interface PriceRange {
  currency: string
  cents: number[]
}

export const productResolvers: Resolvers = {
  Product: fieldsOf<ProductRecord, ListArguments & { truncateAt?: number | null }>({
    id: (product) => gid('Product', product.id),
    legacyResourceId: (product) => product.id,
    title: (product) => product.title,
    handle: (product) => product.handle,
    descriptionHtml: (product) => product.descriptionHtml,
    bodyHtml: (product) => product.descriptionHtml,
    description: (product, args) => plainText(product.descriptionHtml).slice(0, args.truncateAt ?? undefined),
    status: (product) => product.status,
    vendor: (product) => product.vendor,
    productType: (product) => product.productType,
    tags: (product) => product.tags,
    publishedAt: (product) => product.publishedAt,
    createdAt: (product) => product.createdAt,
    updatedAt: (product) => product.updatedAt,
    totalInventory: (product) => product.variants.reduce((sum, variant) => sum + variant.inventoryQuantity, 0),
    totalVariants: (product) => product.variants.length,
    variantsCount: (product) => ({ count: product.variants.length, precision: 'EXACT' }),
    hasOnlyDefaultVariant: ({ variants }) => variants.length === 1 && variants[0]?.title === 'Default Title',
    hasOutOfStockVariants: (product) => product.variants.some((variant) => variant.inventoryQuantity <= 0),
    priceRangeV2: (product, _, { store }): PriceRange => ({
      currency: store.shop.currency,
      cents: product.variants.map((variant) => toCents(variant.price)),
    }),
    variants(product, args, { store }) {
      const order = sortOrder('ProductVariant', args.sortKey ?? 'POSITION', store)
      const sorted = sortRecords(product.variants, order)
      return pageOf(args.reverse ? sorted.toReversed() : sorted, order, args)
    },
  }),
  ProductVariant: fieldsOf<VariantRecord>({
    id: (variant) => gid('ProductVariant', variant.id),
    legacyResourceId: (variant) => variant.id,
    title: (variant) => variant.title,
    displayName: (variant, _, { store }) => `${store.products.get(variant.productId)?.title} - ${variant.title}`,
    sku: (variant) => variant.sku,
    barcode: (variant) => variant.barcode,
    price: (variant) => variant.price,
    compareAtPrice: (variant) => variant.compareAtPrice,
    inventoryQuantity: (variant) => variant.inventoryQuantity,
    inventoryItem: (variant) => variant,
    position: (variant) => variant.position,
    product: (variant, _, { store }) => store.products.get(variant.productId) ?? null,
    createdAt: (variant) => variant.createdAt,
    updatedAt: (variant) => variant.updatedAt,
  }),
  InventoryItem: fieldsOf<VariantRecord>({
    id: (variant) => gid('InventoryItem', variant.inventoryItemId),
    legacyResourceId: (variant) => variant.inventoryItemId,
    sku: (variant) => variant.sku,
    variant: (variant) => variant,
  }),
  ProductPriceRangeV2: fieldsOf<PriceRange>({
    minVariantPrice: ({ cents, currency }) => money(fromCents(Math.min(...cents)), currency),
    maxVariantPrice: ({ cents, currency }) => money(fromCents(Math.max(...cents)), currency),
  }),
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

function plainText(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
}
