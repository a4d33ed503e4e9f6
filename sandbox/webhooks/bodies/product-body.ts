import { fromCents, toCents } from '../../money.ts'
import type { Id, ProductRecord, ShopRecord, VariantRecord } from '../../model.ts'
import { gid, rawId } from './raw-id.ts'
import { shopTime, shopTimeOrNull } from './shop-time.ts'

/** Product webhooks carry this many full variants; the others only in `variant_gids` (Shopify, products/update). */
const fullVariants = 100

function variantBody(shop: ShopRecord, variant: VariantRecord) {
  return {
    admin_graphql_api_id: gid('ProductVariant', variant.id),
    barcode: variant.barcode,
    compare_at_price: variant.compareAtPrice === null ? null : fromCents(toCents(variant.compareAtPrice)),
    created_at: shopTime(shop, variant.createdAt),
    id: rawId(variant.id),
    inventory_policy: 'deny',
    position: variant.position,
    price: fromCents(toCents(variant.price)),
    product_id: rawId(variant.productId),
    sku: variant.sku,
    taxable: true,
    title: variant.title,
    updated_at: shopTime(shop, variant.updatedAt),
    option1: variant.title,
    option2: null,
    option3: null,
    image_id: null,
    inventory_item_id: rawId(variant.inventoryItemId),
    inventory_quantity: variant.inventoryQuantity,
    old_inventory_quantity: variant.inventoryQuantity,
  }
}

/** All variants, the latest update first, in UTC with milliseconds as in Shopify's sample. */
function variantGids(variants: readonly VariantRecord[]) {
  return variants
    .toSorted((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt))
    .map((variant) => ({
      admin_graphql_api_id: gid('ProductVariant', variant.id),
      updated_at: new Date(variant.updatedAt).toISOString(),
    }))
}

/** products/create and products/update */
export function productBody(shop: ShopRecord, product: ProductRecord) {
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.descriptionHtml,
    created_at: shopTime(shop, product.createdAt),
    handle: product.handle,
    id: rawId(product.id),
    product_type: product.productType,
    published_at: shopTimeOrNull(shop, product.publishedAt),
    template_suffix: null,
    title: product.title,
    updated_at: shopTime(shop, product.updatedAt),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: 'web',
    tags: product.tags.join(', '),
    variants: product.variants.slice(0, fullVariants).map((variant) => variantBody(shop, variant)),
    options: [],
    images: [],
    image: null,
    media: [],
    variant_gids: variantGids(product.variants),
    has_variants_that_requires_components: false,
    category: null,
  }
}

/** products/delete and orders/delete tell nothing but the number. */
export function deletedBody(id: Id) {
  return { id: rawId(id) }
}
