/** GraphQL nodes as the documents of each resource ask for them, valid by default. */
import type { PulledName, SourceNode } from '~/resources/resource'

export interface NodeOptions {
  /** Numeric. */
  id: string
  /** ISO 8601. */
  updatedAt: string
  /** What its title, name or e-mail is made of. */
  text?: string
  /** Numeric ids of its variants or line items. */
  children?: readonly string[]
  /** Fields that take the place of others. */
  fields?: Readonly<Record<string, unknown>>
}

const whole = (nodes: readonly unknown[]) => ({ nodes, pageInfo: { hasNextPage: false, endCursor: null } })
const money = (amount: string) => ({ shopMoney: { amount } })
const CREATED_AT = '2026-01-05T08:00:00Z'

function productNode({ id, updatedAt, text = 'Teapot', children = [], fields }: NodeOptions): SourceNode {
  const variant = (variantId: string, index: number) => ({
    id: `gid://shopify/ProductVariant/${variantId}`,
    ...{ title: `${text} ${index}`, sku: null, barcode: null, price: '12.0', compareAtPrice: null },
    ...{ inventoryQuantity: 3, position: index + 1, createdAt: CREATED_AT },
  })
  const node = {
    ...{ id: `gid://shopify/Product/${id}`, title: text, handle: 'teapot', status: 'ACTIVE', vendor: 'Acme' },
    ...{ productType: 'Pots', tags: ['new'], totalInventory: 3, createdAt: CREATED_AT, publishedAt: null, updatedAt },
    variants: whole(children.map(variant)),
  }
  return { ...node, ...fields }
}

function customerNode({ id, updatedAt, text = 'Ada', fields }: NodeOptions): SourceNode {
  const node = {
    ...{ id: `gid://shopify/Customer/${id}`, firstName: text, lastName: 'Lee', state: 'ENABLED', tags: [] },
    ...{ numberOfOrders: '2', createdAt: CREATED_AT, updatedAt, defaultAddress: null, defaultPhoneNumber: null },
    defaultEmailAddress: { emailAddress: `${id}@example.com`, marketingState: 'SUBSCRIBED' },
    amountSpent: { amount: '10.0', currencyCode: 'USD' },
  }
  return { ...node, ...fields }
}

function orderNode({ id, updatedAt, text = '#1001', children = [], fields }: NodeOptions): SourceNode {
  const line = (lineId: string) => ({
    ...{ id: `gid://shopify/LineItem/${lineId}`, title: text, variantTitle: null, sku: null, quantity: 1 },
    ...{ currentQuantity: 1, product: null, variant: null },
    ...{ originalUnitPriceSet: money('12.0'), totalDiscountSet: money('0.0') },
  })
  const node = {
    ...{ id: `gid://shopify/Order/${id}`, name: text, email: null, phone: null, customer: null, updatedAt },
    ...{ currencyCode: 'USD', presentmentCurrencyCode: 'USD', subtotalPriceSet: money('12.0') },
    ...{ totalDiscountsSet: money('0.0'), totalShippingPriceSet: money('0.0'), totalTaxSet: money('0.0') },
    ...{ totalPriceSet: money('12.0'), totalRefundedSet: money('0.0'), currentTotalPriceSet: money('12.0') },
    ...{ displayFinancialStatus: 'PAID', displayFulfillmentStatus: 'UNFULFILLED', cancelledAt: null },
    ...{ cancelReason: null, closedAt: null, processedAt: CREATED_AT, test: false, sourceName: 'web', tags: [] },
    ...{ note: null, cartToken: null, checkoutToken: null, createdAt: CREATED_AT },
    ...{ shippingAddress: null, billingAddress: null, lineItems: whole(children.map(line)) },
    ...{ refunds: [], transactions: [] },
  }
  return { ...node, ...fields }
}

function checkoutNode({ id, updatedAt, text = 'Teapot', children = ['1'], fields }: NodeOptions): SourceNode {
  const price = { shopMoney: { amount: '12.0', currencyCode: 'USD' } }
  const token = id.padStart(32, '0')
  const line = (lineId: string) => ({
    id: `gid://shopify/AbandonedCheckoutLineItem/${lineId.padStart(32, '0')}?checkout=${token}&index=0&actoken`,
    ...{ title: text, variantTitle: null, sku: null, quantity: 1, product: null, variant: null },
    originalUnitPriceSet: price,
  })
  const node = {
    ...{ id: `gid://shopify/AbandonedCheckout/${id}`, name: `#${id}`, customer: null, completedAt: null, updatedAt },
    ...{ subtotalPriceSet: price, totalPriceSet: price, createdAt: CREATED_AT },
    abandonedCheckoutUrl: `https://demo.myshopify.com/1/checkouts/ac/cart${id}/recover?key=secret`,
    lineItems: whole(children.map(line)),
  }
  return { ...node, ...fields }
}

const nodes = { products: productNode, customers: customerNode, orders: orderNode, checkouts: checkoutNode }

export const nodeOf = (resource: PulledName, options: NodeOptions): SourceNode => nodes[resource](options)
