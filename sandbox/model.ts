/**
 * What a sandbox shop stores. These records are the truth that the Admin API resolves from, that webhook bodies are
 * written from and that a copy is compared with.
 *
 * Ids are strings of digits, because Shopify's 64-bit ids do not fit a JavaScript number. Times are ISO 8601 in UTC;
 * `createdAt`, `updatedAt` and the like have whole seconds, as Shopify's do. Money is a decimal string in the shop's
 * currency.
 */

export type Id = string
export type Timestamp = string
export type Decimal = string

/** A mailing address. `country` is the name, `countryCode` the ISO 3166-1 alpha-2 code. */
export interface AddressRecord {
  firstName: string | null
  lastName: string | null
  company: string | null
  address1: string | null
  address2: string | null
  city: string | null
  province: string | null
  provinceCode: string | null
  country: string | null
  countryCode: string | null
  zip: string | null
  phone: string | null
}

export interface VariantRecord {
  id: Id
  productId: Id
  title: string
  sku: string | null
  barcode: string | null
  price: Decimal
  compareAtPrice: Decimal | null
  inventoryQuantity: number
  inventoryItemId: Id
  position: number
  createdAt: Timestamp
  updatedAt: Timestamp
}

export interface ProductRecord {
  id: Id
  title: string
  handle: string
  descriptionHtml: string
  status: 'ACTIVE' | 'ARCHIVED' | 'DRAFT'
  vendor: string
  productType: string
  tags: string[]
  publishedAt: Timestamp | null
  createdAt: Timestamp
  updatedAt: Timestamp
  /** In position order. Shopify's `totalInventory` is the sum of their quantities. */
  variants: VariantRecord[]
}

export interface CustomerRecord {
  id: Id
  email: string | null
  phone: string | null
  firstName: string | null
  lastName: string | null
  note: string | null
  state: 'DECLINED' | 'DISABLED' | 'ENABLED' | 'INVITED'
  tags: string[]
  numberOfOrders: number
  amountSpent: Decimal
  acceptsMarketing: boolean
  defaultAddress: AddressRecord | null
  createdAt: Timestamp
  updatedAt: Timestamp
}

export interface LineItemRecord {
  id: Id
  /** What was sold. It stays here when the product is deleted; the API then answers null for it. */
  productId: Id | null
  variantId: Id | null
  title: string
  variantTitle: string | null
  sku: string | null
  quantity: number
  currentQuantity: number
  /** Unit price before discounts. */
  price: Decimal
  /** The line's own discount, without the order's. */
  totalDiscount: Decimal
}

/** Money, units or both that were given back in one go. */
export interface RefundRecord {
  id: Id
  createdAt: Timestamp
  note: string | null
  totalRefunded: Decimal
  lines: { lineItemId: Id; quantity: number }[]
}

export interface TransactionRecord {
  id: Id
  kind: 'AUTHORIZATION' | 'CAPTURE' | 'REFUND' | 'SALE' | 'VOID'
  status: 'FAILURE' | 'PENDING' | 'SUCCESS'
  gateway: string
  /** In the order's currency. */
  amount: Decimal
  test: boolean
  createdAt: Timestamp
  /** Null as long as it is pending. */
  processedAt: Timestamp | null
  parentId: Id | null
  /** The refund that it paid back, if any. */
  refundId: Id | null
}

export interface OrderRecord {
  id: Id
  name: string
  number: number
  email: string | null
  phone: string | null
  customerId: Id | null
  /** The shop's currency. Every amount below is in it. */
  currency: string
  presentmentCurrency: string
  subtotalPrice: Decimal
  totalDiscounts: Decimal
  totalShipping: Decimal
  totalTax: Decimal
  totalPrice: Decimal
  totalRefunded: Decimal
  currentTotalPrice: Decimal
  financialStatus: 'AUTHORIZED' | 'PENDING' | 'PAID' | 'PARTIALLY_PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | 'VOIDED'
  fulfillmentStatus: 'UNFULFILLED' | 'PARTIALLY_FULFILLED' | 'FULFILLED' | 'ON_HOLD' | 'IN_PROGRESS' | 'SCHEDULED'
  cancelledAt: Timestamp | null
  cancelReason: 'CUSTOMER' | 'DECLINED' | 'FRAUD' | 'INVENTORY' | 'OTHER' | 'STAFF' | null
  closedAt: Timestamp | null
  processedAt: Timestamp
  test: boolean
  sourceName: string
  tags: string[]
  note: string | null
  shippingAddress: AddressRecord | null
  billingAddress: AddressRecord | null
  cartToken: string | null
  checkoutToken: string | null
  createdAt: Timestamp
  updatedAt: Timestamp
  lineItems: LineItemRecord[]
  /** Oldest first, as are transactions. Their amounts sum up to `totalRefunded`. */
  refunds: RefundRecord[]
  transactions: TransactionRecord[]
}

export interface CartLineRecord {
  /** The line is known by its variant. */
  variantId: Id
  productId: Id
  /** Product and variant in one. */
  title: string
  sku: string | null
  quantity: number
  price: Decimal
}

/** A cart of the online store. No API lists carts; the app knows of them by webhook alone. */
export interface CartRecord {
  /** Its token, 32 hexadecimal digits. */
  id: string
  note: string | null
  lineItems: CartLineRecord[]
  createdAt: Timestamp
  updatedAt: Timestamp
}

export interface CheckoutLineRecord {
  /** 32 hexadecimal digits. */
  key: string
  productId: Id | null
  variantId: Id | null
  title: string
  variantTitle: string | null
  sku: string | null
  quantity: number
  price: Decimal
}

export interface CheckoutRecord {
  id: Id
  token: string
  cartToken: string | null
  email: string | null
  phone: string | null
  customerId: Id | null
  /** The shop's currency. Every amount below is in it. */
  currency: string
  presentmentCurrency: string
  subtotalPrice: Decimal
  totalTax: Decimal
  totalPrice: Decimal
  note: string | null
  shippingAddress: AddressRecord | null
  billingAddress: AddressRecord | null
  lineItems: CheckoutLineRecord[]
  /** When it became an order, which bears its token. */
  completedAt: Timestamp | null
  createdAt: Timestamp
  updatedAt: Timestamp
}

/**
 * What the shop remembers of a deletion. Products alone leave one: of orders the schema lists all actions (`BasicEvent`),
 * without `destroy`; for customers none are documented.
 */
export interface EventRecord {
  id: Id
  action: 'destroy'
  subjectType: 'PRODUCT'
  subjectId: Id
  message: string
  createdAt: Timestamp
}

/** `rate` is points restored a second, `bucket` the most that can be held: the figures Shopify gives per plan. */
export type Plan = 'standard' | 'advanced' | 'plus' | 'enterprise'

export interface ShopRecord {
  id: Id
  domain: string
  name: string
  email: string
  currency: string
  timezone: string
  plan: Plan
}
