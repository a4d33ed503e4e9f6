import { toCents } from '../money.ts'
import type { CheckoutRecord, CustomerRecord, Id, OrderRecord, ProductRecord, VariantRecord } from '../model.ts'
import type { MutableShopStore } from '../store.ts'
import type { SortOrder, SortValue } from './connection.ts'
import { notModelled } from './errors.ts'

export interface RecordTypes {
  Product: ProductRecord
  ProductVariant: VariantRecord
  Customer: CustomerRecord
  Order: OrderRecord
  AbandonedCheckout: CheckoutRecord
}
export type RecordType = keyof RecordTypes

type SortValues<T> = Record<string, (record: T, store: MutableShopStore) => SortValue>

const folded = (text: string | null | undefined) => (text ?? '').toLowerCase()
const BY_ID = () => 0

function nameOfCustomer({ customerId }: { customerId: Id | null }, store: MutableShopStore): string {
  const customer = customerId ? store.customers.get(customerId) : undefined
  return folded(`${customer?.lastName ?? ''}, ${customer?.firstName ?? ''}`)
}

/** The sort keys of the schema's enums that the model can answer. Records of equal value are ordered by id. */
const SORT_VALUES: { [Type in RecordType]: SortValues<RecordTypes[Type]> } = {
  Product: {
    ID: BY_ID,
    CREATED_AT: (product) => product.createdAt,
    UPDATED_AT: (product) => product.updatedAt,
    PUBLISHED_AT: (product) => product.publishedAt ?? '',
    TITLE: (product) => folded(product.title),
    VENDOR: (product) => folded(product.vendor),
    PRODUCT_TYPE: (product) => folded(product.productType),
    INVENTORY_TOTAL: (product) => product.variants.reduce((sum, variant) => sum + variant.inventoryQuantity, 0),
  },
  ProductVariant: {
    ID: BY_ID,
    POSITION: (variant) => variant.position,
    TITLE: (variant) => folded(variant.title),
    SKU: (variant) => folded(variant.sku),
    INVENTORY_QUANTITY: (variant) => variant.inventoryQuantity,
    FULL_TITLE: (variant, store) => folded(`${store.products.get(variant.productId)?.title} ${variant.title}`),
  },
  Customer: {
    ID: BY_ID,
    CREATED_AT: (customer) => customer.createdAt,
    UPDATED_AT: (customer) => customer.updatedAt,
    NAME: (customer) => folded(`${customer.lastName ?? ''}, ${customer.firstName ?? ''}`),
  },
  Order: {
    ID: BY_ID,
    CREATED_AT: (order) => order.createdAt,
    UPDATED_AT: (order) => order.updatedAt,
    PROCESSED_AT: (order) => order.processedAt,
    ORDER_NUMBER: (order) => order.number,
    TOTAL_PRICE: (order) => toCents(order.totalPrice),
    CURRENT_TOTAL_PRICE: (order) => toCents(order.currentTotalPrice),
    FINANCIAL_STATUS: (order) => order.financialStatus,
    FULFILLMENT_STATUS: (order) => order.fulfillmentStatus,
    TOTAL_ITEMS_QUANTITY: (order) => order.lineItems.reduce((sum, line) => sum + line.quantity, 0),
    CUSTOMER_NAME: nameOfCustomer,
  },
  // There is none for UPDATED_AT in Shopify's schema.
  AbandonedCheckout: {
    ID: BY_ID,
    CHECKOUT_ID: BY_ID,
    CREATED_AT: (checkout) => checkout.createdAt,
    CUSTOMER_NAME: nameOfCustomer,
    TOTAL_PRICE: (checkout) => toCents(checkout.totalPrice),
  },
}

/** Throws, loudly, for the keys of the schema that cannot be answered here. */
export function sortOrder<Type extends RecordType>(
  type: Type,
  key: string,
  store: MutableShopStore,
): SortOrder<RecordTypes[Type]> {
  const value = SORT_VALUES[type][key]
  if (!value) throw notModelled(`the sort key ${key} of ${type}`)
  return { name: key, value: (record) => value(record, store), id: (record: { id: Id }) => record.id }
}
