import { decimalOf, idOf, integerOf, objectsOf, required, tagsOf, textOf, timeOf, wordOf } from '../read-values'
import type { CanonicalRecord, ConnectionPage, Row, SourceNode } from '../resource'

/** A `Product` node with all its variants. Carries every column. */
export function productFromNode(source: SourceNode): CanonicalRecord {
  const { variants } = source as SourceNode & { variants?: ConnectionPage<Record<string, unknown>> }
  const rows = objectsOf(variants?.nodes, 'Product.variants').map(variantFromNode)
  return { ...productFromLine(source), children: { product_variants: rows } }
}

/** A `Product` node whose variants come elsewhere. */
export function productFromLine(source: SourceNode): CanonicalRecord {
  const node = source as SourceNode & Record<string, unknown>
  return {
    id: idOf(node.id, 'Product.id'),
    sourceUpdatedAt: required(timeOf(node.updatedAt, 'Product.updatedAt'), 'Product.updatedAt'),
    fields: {
      title: textOf(node.title, 'Product.title'),
      handle: textOf(node.handle, 'Product.handle'),
      status: wordOf(node.status, 'Product.status'),
      vendor: textOf(node.vendor, 'Product.vendor'),
      product_type: textOf(node.productType, 'Product.productType'),
      tags: tagsOf(node.tags, 'Product.tags'),
      total_inventory: integerOf(node.totalInventory, 'Product.totalInventory'),
      created_at: timeOf(node.createdAt, 'Product.createdAt'),
      published_at: timeOf(node.publishedAt, 'Product.publishedAt'),
    },
    children: {},
  }
}

export function variantFromNode(node: Readonly<Record<string, unknown>>): Row {
  return {
    id: idOf(node.id, 'ProductVariant.id'),
    title: textOf(node.title, 'ProductVariant.title'),
    sku: textOf(node.sku, 'ProductVariant.sku'),
    barcode: textOf(node.barcode, 'ProductVariant.barcode'),
    price: decimalOf(node.price, 'ProductVariant.price'),
    compare_at_price: decimalOf(node.compareAtPrice, 'ProductVariant.compareAtPrice'),
    inventory_quantity: integerOf(node.inventoryQuantity, 'ProductVariant.inventoryQuantity'),
    position: integerOf(node.position, 'ProductVariant.position'),
    created_at: timeOf(node.createdAt, 'ProductVariant.createdAt'),
  }
}
