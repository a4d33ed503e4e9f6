import { toCents } from '../../money.ts'
import type { CheckoutRecord, CustomerRecord, OrderRecord, ProductRecord, VariantRecord } from '../../model.ts'
import type { MutableShopStore } from '../../store.ts'
import type { RecordType, RecordTypes } from '../sort-keys.ts'
import type { SearchField } from './match.ts'

export interface SearchTable<T> {
  fields: Record<string, SearchField<T>>
  /** Where a term without a field is looked for. */
  everywhere(record: T): (string | null)[]
}

const amount = (decimal: string) => toCents(decimal) / 100
const tags = <T extends { tags: string[] }>(): SearchField<T> => ({ kind: 'keyword', get: (record) => record.tags })

const PRODUCT: SearchTable<ProductRecord> = {
  everywhere: (product) => [
    product.title,
    product.vendor,
    product.productType,
    ...product.tags,
    ...product.variants.flatMap((variant) => [variant.sku, variant.barcode, variant.title]),
  ],
  fields: {
    id: { kind: 'id', get: (product) => [product.id] },
    title: { kind: 'text', get: (product) => [product.title] },
    handle: { kind: 'keyword', get: (product) => [product.handle] },
    vendor: { kind: 'keyword', get: (product) => [product.vendor] },
    product_type: { kind: 'keyword', get: (product) => [product.productType] },
    status: {
      kind: 'words',
      words: {
        active: (product) => product.status === 'ACTIVE',
        archived: (product) => product.status === 'ARCHIVED',
        draft: (product) => product.status === 'DRAFT',
        unlisted: () => false,
      },
    },
    tag: tags(),
    tag_not: { kind: 'none of', field: tags() },
    sku: { kind: 'keyword', get: (product) => product.variants.map((variant) => variant.sku) },
    barcode: { kind: 'keyword', get: (product) => product.variants.map((variant) => variant.barcode) },
    price: { kind: 'number', get: (product) => product.variants.map((variant) => amount(variant.price)) },
    variant_id: { kind: 'id', get: (product) => product.variants.map((variant) => variant.id) },
    variant_title: { kind: 'text', get: (product) => product.variants.map((variant) => variant.title) },
    inventory_total: {
      kind: 'number',
      get: (product) => [product.variants.reduce((sum, variant) => sum + variant.inventoryQuantity, 0)],
    },
    created_at: { kind: 'time', get: (product) => product.createdAt },
    updated_at: { kind: 'time', get: (product) => product.updatedAt },
    published_at: { kind: 'time', get: (product) => product.publishedAt },
  },
}

const variantTable = (store: MutableShopStore): SearchTable<VariantRecord> => {
  const ofProduct = <Value>(variant: VariantRecord, read: (product: ProductRecord) => Value, missing: Value) => {
    const product = store.products.get(variant.productId)
    return product ? read(product) : missing
  }
  const productTags: SearchField<VariantRecord> = {
    kind: 'keyword',
    get: (variant) => ofProduct(variant, (product) => product.tags, []),
  }
  const status = (wanted: ProductRecord['status']) => (variant: VariantRecord) =>
    ofProduct(variant, (product) => product.status === wanted, false)
  return {
    everywhere: (variant) => [
      variant.title,
      variant.sku,
      variant.barcode,
      ...ofProduct<(string | null)[]>(variant, (product) => [product.title, product.vendor], []),
    ],
    fields: {
      id: { kind: 'id', get: (variant) => [variant.id] },
      product_id: { kind: 'id', get: (variant) => [variant.productId] },
      product_ids: { kind: 'id', get: (variant) => [variant.productId] },
      title: { kind: 'text', get: (variant) => [variant.title] },
      sku: { kind: 'keyword', get: (variant) => [variant.sku] },
      barcode: { kind: 'keyword', get: (variant) => [variant.barcode] },
      inventory_quantity: { kind: 'number', get: (variant) => [variant.inventoryQuantity] },
      vendor: { kind: 'keyword', get: (variant) => ofProduct(variant, (product) => [product.vendor], []) },
      product_type: { kind: 'keyword', get: (variant) => ofProduct(variant, (product) => [product.productType], []) },
      product_status: {
        kind: 'words',
        words: { active: status('ACTIVE'), archived: status('ARCHIVED'), draft: status('DRAFT') },
      },
      tag: productTags,
      tag_not: { kind: 'none of', field: productTags },
      updated_at: { kind: 'time', get: (variant) => variant.updatedAt },
    },
  }
}

const CUSTOMER: SearchTable<CustomerRecord> = {
  everywhere: (customer) => [customer.firstName, customer.lastName, customer.email, customer.phone, ...customer.tags],
  fields: {
    id: { kind: 'id', get: (customer) => [customer.id] },
    email: { kind: 'text', get: (customer) => [customer.email] },
    phone: { kind: 'keyword', get: (customer) => [customer.phone] },
    first_name: { kind: 'text', get: (customer) => [customer.firstName] },
    last_name: { kind: 'text', get: (customer) => [customer.lastName] },
    state: { kind: 'keyword', get: (customer) => [customer.state] },
    tag: tags(),
    tag_not: { kind: 'none of', field: tags() },
    country: {
      kind: 'keyword',
      get: ({ defaultAddress }) => [defaultAddress?.country ?? null, defaultAddress?.countryCode ?? null],
    },
    accepts_marketing: { kind: 'boolean', get: (customer) => customer.acceptsMarketing },
    orders_count: { kind: 'number', get: (customer) => [customer.numberOfOrders] },
    total_spent: { kind: 'number', get: (customer) => [amount(customer.amountSpent)] },
    created_at: { kind: 'time', get: (customer) => customer.createdAt },
    customer_date: { kind: 'time', get: (customer) => customer.createdAt },
    // "The date and time, matching a whole day": the argument's own documentation.
    updated_at: { kind: 'day', get: (customer) => customer.updatedAt },
  },
}

const isStatus = (wanted: OrderRecord['financialStatus']) => (order: OrderRecord) => order.financialStatus === wanted
const isFulfilment =
  (...wanted: OrderRecord['fulfillmentStatus'][]) =>
  (order: OrderRecord) =>
    wanted.includes(order.fulfillmentStatus)

const ORDER: SearchTable<OrderRecord> = {
  everywhere: (order) => [
    order.name,
    order.email,
    order.shippingAddress?.firstName ?? null,
    order.shippingAddress?.lastName ?? null,
    ...order.tags,
  ],
  fields: {
    id: { kind: 'id', get: (order) => [order.id] },
    name: { kind: 'text', get: (order) => [order.name] },
    email: { kind: 'keyword', get: (order) => [order.email] },
    customer_id: { kind: 'id', get: (order) => [order.customerId] },
    cart_token: { kind: 'keyword', get: (order) => [order.cartToken] },
    checkout_token: { kind: 'keyword', get: (order) => [order.checkoutToken] },
    source_name: { kind: 'keyword', get: (order) => [order.sourceName] },
    sku: { kind: 'keyword', get: (order) => order.lineItems.map((line) => line.sku) },
    tag: tags(),
    tag_not: { kind: 'none of', field: tags() },
    test: { kind: 'boolean', get: (order) => order.test },
    current_total_price: { kind: 'number', get: (order) => [amount(order.currentTotalPrice)] },
    subtotal_line_items_quantity: {
      kind: 'number',
      get: (order) => [order.lineItems.reduce((sum, line) => sum + line.quantity, 0)],
    },
    status: {
      kind: 'words',
      words: {
        open: (order) => order.closedAt === null && order.cancelledAt === null,
        closed: (order) => order.closedAt !== null,
        cancelled: (order) => order.cancelledAt !== null,
        not_closed: (order) => order.closedAt === null,
      },
    },
    financial_status: {
      kind: 'words',
      words: {
        paid: isStatus('PAID'),
        pending: isStatus('PENDING'),
        authorized: isStatus('AUTHORIZED'),
        partially_paid: isStatus('PARTIALLY_PAID'),
        partially_refunded: isStatus('PARTIALLY_REFUNDED'),
        refunded: isStatus('REFUNDED'),
        voided: isStatus('VOIDED'),
        expired: () => false,
      },
    },
    fulfillment_status: {
      kind: 'words',
      words: {
        unfulfilled: isFulfilment('UNFULFILLED'),
        unshipped: isFulfilment('UNFULFILLED'),
        fulfilled: isFulfilment('FULFILLED'),
        shipped: isFulfilment('FULFILLED'),
        partial: isFulfilment('PARTIALLY_FULFILLED'),
        scheduled: isFulfilment('SCHEDULED'),
        on_hold: isFulfilment('ON_HOLD'),
        request_declined: () => false,
      },
    },
    created_at: { kind: 'time', get: (order) => order.createdAt },
    updated_at: { kind: 'time', get: (order) => order.updatedAt },
    processed_at: { kind: 'time', get: (order) => order.processedAt },
  },
}

const CHECKOUT: SearchTable<CheckoutRecord> = {
  everywhere: (checkout) => [`#${checkout.id}`, checkout.email, checkout.phone],
  fields: {
    id: { kind: 'id', get: (checkout) => [checkout.id] },
    recovery_state: {
      kind: 'words',
      words: {
        recovered: (checkout) => checkout.completedAt !== null,
        not_recovered: (checkout) => checkout.completedAt === null,
      },
    },
    status: {
      kind: 'words',
      words: {
        open: (checkout) => checkout.completedAt === null,
        closed: (checkout) => checkout.completedAt !== null,
      },
    },
    created_at: { kind: 'time', get: (checkout) => checkout.createdAt },
    updated_at: { kind: 'time', get: (checkout) => checkout.updatedAt },
  },
}

/** The search fields that the model can answer, whether or not a certain argument documents them. */
export function searchTable<Type extends RecordType>(
  type: Type,
  store: MutableShopStore,
): SearchTable<RecordTypes[Type]> {
  const tables: { [Name in RecordType]: () => SearchTable<RecordTypes[Name]> } = {
    Product: () => PRODUCT,
    ProductVariant: () => variantTable(store),
    Customer: () => CUSTOMER,
    Order: () => ORDER,
    AbandonedCheckout: () => CHECKOUT,
  }
  return tables[type]()
}
