import type pg from 'pg'
import type { ShopStore } from '../../sandbox/contract.ts'
import type {
  AddressRecord,
  CartRecord,
  CheckoutRecord,
  CustomerRecord,
  OrderRecord,
  ProductRecord,
} from '../../sandbox/model.ts'

type Row = Record<string, unknown>

/**
 * A copy of the shop as it must be, written by hand: neither the app's normalizers nor the comparison's own columns
 * have a part in it. Returns the shop's id in the copy.
 */
export async function writeCopy(client: pg.Client, store: ShopStore): Promise<string> {
  const { rows } = await client.query<{ id: string }>('insert into shops (domain) values ($1) returning id::text', [
    store.shop.domain,
  ])
  const shopId = rows[0]?.id ?? ''
  const insert = (table: string, records: Row[]) => insertRows(client, table, shopId, records)
  const products = [...store.products.values()]
  const orders = [...store.orders.values()]
  await insert('products', products.map(productRow))
  await insert('product_variants', products.flatMap(variantRows))
  await insert(
    'customers',
    [...store.customers.values()].map((customer) => customerRow(customer, store.shop.currency)),
  )
  await insert('orders', orders.map(orderRow))
  await insert('order_line_items', orders.flatMap(lineRows))
  await insert('order_refunds', orders.flatMap(refundRows))
  await insert('order_transactions', orders.flatMap(transactionRows))
  await insert('checkouts', [...store.checkouts.values()].map(checkoutRow))
  await insert('carts', [...store.carts.values()].map(cartRow))
  return shopId
}

async function insertRows(client: pg.Client, table: string, shopId: string, records: Row[]): Promise<void> {
  const rows = records.map((record) => ({
    ...record,
    shop_id: shopId,
    observed_at: '2026-01-01T00:00:00Z',
    synced_at: '2026-01-01T00:00:00Z',
    channel: 'pull',
    partial: false,
  }))
  await client.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(rows),
  ])
}

const productRow = (product: ProductRecord): Row => ({
  id: product.id,
  title: product.title,
  handle: product.handle,
  status: product.status,
  vendor: product.vendor,
  product_type: product.productType,
  tags: product.tags,
  total_inventory: product.variants.reduce((sum, { inventoryQuantity }) => sum + inventoryQuantity, 0),
  created_at: product.createdAt,
  published_at: product.publishedAt,
  source_updated_at: product.updatedAt,
})

const variantRows = (product: ProductRecord): Row[] =>
  product.variants.map((variant) => ({
    id: variant.id,
    product_id: product.id,
    title: variant.title,
    sku: variant.sku,
    barcode: variant.barcode,
    price: variant.price,
    compare_at_price: variant.compareAtPrice,
    inventory_quantity: variant.inventoryQuantity,
    position: variant.position,
    created_at: variant.createdAt,
    source_updated_at: product.updatedAt,
  }))

const customerRow = (customer: CustomerRecord, currency: string): Row => ({
  id: customer.id,
  email: customer.email,
  phone: customer.phone,
  first_name: customer.firstName,
  last_name: customer.lastName,
  state: customer.state,
  tags: customer.tags,
  orders_count: customer.numberOfOrders,
  amount_spent: customer.amountSpent,
  currency,
  accepts_marketing: customer.acceptsMarketing,
  default_address: addressJson(customer.defaultAddress),
  created_at: customer.createdAt,
  source_updated_at: customer.updatedAt,
})

const orderRow = (order: OrderRecord): Row => ({
  id: order.id,
  name: order.name,
  email: order.email,
  phone: order.phone,
  customer_id: order.customerId,
  currency: order.currency,
  presentment_currency: order.presentmentCurrency,
  subtotal_price: order.subtotalPrice,
  total_discounts: order.totalDiscounts,
  total_shipping: order.totalShipping,
  total_tax: order.totalTax,
  total_price: order.totalPrice,
  total_refunded: order.totalRefunded,
  current_total_price: order.currentTotalPrice,
  financial_status: order.financialStatus,
  fulfillment_status: order.fulfillmentStatus,
  cancelled_at: order.cancelledAt,
  cancel_reason: order.cancelReason,
  closed_at: order.closedAt,
  processed_at: order.processedAt,
  test: order.test,
  source_name: order.sourceName,
  tags: order.tags,
  note: order.note,
  shipping_address: addressJson(order.shippingAddress),
  billing_address: addressJson(order.billingAddress),
  cart_token: order.cartToken,
  checkout_token: order.checkoutToken,
  created_at: order.createdAt,
  source_updated_at: order.updatedAt,
})

const lineRows = (order: OrderRecord): Row[] =>
  order.lineItems.map((line) => ({
    id: line.id,
    order_id: order.id,
    product_id: line.productId,
    variant_id: line.variantId,
    title: line.title,
    variant_title: line.variantTitle,
    sku: line.sku,
    quantity: line.quantity,
    current_quantity: line.currentQuantity,
    price: line.price,
    total_discount: line.totalDiscount,
    source_updated_at: order.updatedAt,
  }))

const refundRows = (order: OrderRecord): Row[] =>
  order.refunds.map((refund) => ({
    id: refund.id,
    order_id: order.id,
    created_at: refund.createdAt,
    note: refund.note,
    total_refunded: refund.totalRefunded,
    source_updated_at: order.updatedAt,
  }))

const transactionRows = (order: OrderRecord): Row[] =>
  order.transactions.map((transaction) => ({
    id: transaction.id,
    order_id: order.id,
    kind: transaction.kind,
    status: transaction.status,
    gateway: transaction.gateway,
    amount: transaction.amount,
    currency: order.currency,
    test: transaction.test,
    created_at: transaction.createdAt,
    processed_at: transaction.processedAt,
    source_updated_at: order.updatedAt,
  }))

const checkoutRow = (checkout: CheckoutRecord): Row => ({
  id: checkout.id,
  token: checkout.token,
  cart_token: checkout.cartToken,
  name: `#${checkout.id}`,
  email: checkout.email,
  customer_id: checkout.customerId,
  currency: checkout.currency,
  subtotal_price: checkout.subtotalPrice,
  total_price: checkout.totalPrice,
  completed_at: checkout.completedAt,
  line_items: checkout.lineItems.map((line) => ({
    id: line.key,
    product_id: line.productId,
    variant_id: line.variantId,
    title: line.title,
    variant_title: line.variantTitle,
    sku: line.sku,
    quantity: line.quantity,
    price: line.price,
  })),
  created_at: checkout.createdAt,
  source_updated_at: checkout.updatedAt,
})

const cartRow = (cart: CartRecord): Row => ({
  id: cart.id,
  line_items: cart.lineItems.map((line) => ({
    id: line.variantId,
    product_id: line.productId,
    variant_id: line.variantId,
    title: line.title,
    variant_title: null,
    sku: line.sku,
    quantity: line.quantity,
    price: line.price,
  })),
  created_at: cart.createdAt,
  source_updated_at: cart.updatedAt,
})

function addressJson(address: AddressRecord | null): Row | null {
  return (
    address && {
      address1: address.address1,
      address2: address.address2,
      city: address.city,
      company: address.company,
      country: address.country,
      country_code: address.countryCode,
      first_name: address.firstName,
      last_name: address.lastName,
      phone: address.phone,
      province: address.province,
      province_code: address.provinceCode,
      zip: address.zip,
    }
  )
}
