import type { ChildTable, Table } from '../resource'

export const productsTable: Table = {
  name: 'products',
  columns: {
    title: 'text',
    handle: 'text',
    status: 'text',
    vendor: 'text',
    product_type: 'text',
    tags: 'text[]',
    total_inventory: 'integer',
    created_at: 'timestamptz',
    published_at: 'timestamptz',
  },
}

export const variantsTable: ChildTable = {
  name: 'product_variants',
  parentColumn: 'product_id',
  // products/update comes when "variants are added, removed or updated" (documentation of the topic).
  bumpsParent: true,
  keepsKnown: [],
  columns: {
    title: 'text',
    sku: 'text',
    barcode: 'text',
    price: 'numeric',
    compare_at_price: 'numeric',
    inventory_quantity: 'integer',
    position: 'integer',
    created_at: 'timestamptz',
  },
}
