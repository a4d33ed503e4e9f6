/** A bulk operation's result of many orders with three line items each, made line by line: the same for the same number. */

/** About 64 kB, as a download's parts are. */
const LINES_PER_CHUNK = 100
const FIRST_ORDER = 5_000_000_000_000
const FIRST_ITEM = 9_000_000_000_000
const START = Date.UTC(2024, 0, 1)
const ITEMS = 3

const money = (amount: number) => ({ shopMoney: { amount: amount.toFixed(2) } })

const address = (number: number) => ({
  firstName: `Ana ${number % 977}`,
  lastName: `Müller ${number % 1013}`,
  company: null,
  address1: `${number % 300} Long Street`,
  address2: number % 3 === 0 ? 'Floor 2' : null,
  city: 'Berlin',
  province: 'Berlin',
  provinceCode: 'BE',
  country: 'Germany',
  countryCodeV2: 'DE',
  zip: String(10_000 + (number % 9_000)),
  phone: `+4930${1_000_000 + (number % 999_999)}`,
})

function orderLine(number: number): string {
  const at = new Date(START + number * 60_000).toISOString().replace('.000', '')
  const subtotal = (number % 500) + 1.5
  return JSON.stringify({
    id: `gid://shopify/Order/${FIRST_ORDER + number}`,
    name: `#${1_000 + number}`,
    email: `buyer${number}@example.com`,
    phone: null,
    customer: { id: `gid://shopify/Customer/${7_000_000_000_000 + (number % 50_000)}` },
    currencyCode: 'EUR',
    presentmentCurrencyCode: 'EUR',
    subtotalPriceSet: money(subtotal),
    totalDiscountsSet: money(0),
    totalShippingPriceSet: money(4.9),
    totalTaxSet: money(number % 50),
    totalPriceSet: money(subtotal + 4.9),
    totalRefundedSet: money(0),
    currentTotalPriceSet: money(subtotal + 4.9),
    displayFinancialStatus: 'PAID',
    displayFulfillmentStatus: 'FULFILLED',
    cancelledAt: null,
    cancelReason: null,
    closedAt: at,
    processedAt: at,
    test: false,
    sourceName: 'web',
    tags: number % 4 === 0 ? ['vip', 'repeat buyer'] : [],
    note: number % 10 === 0 ? 'Leave at the\ndoor' : null,
    cartToken: null,
    checkoutToken: `c${number.toString(36).padStart(31, '0')}`,
    createdAt: at,
    updatedAt: at,
    shippingAddress: address(number),
    billingAddress: address(number),
    refunds: [],
    transactions: [],
  })
}

function itemLine(order: number, index: number): string {
  const product = order % 800
  return JSON.stringify({
    id: `gid://shopify/LineItem/${FIRST_ITEM + order * ITEMS + index}`,
    title: `Linen Shirt ${product}`,
    variantTitle: 'M / Blue',
    sku: `SKU-${product}-${index}`,
    quantity: 1 + index,
    currentQuantity: 1 + index,
    product: { id: `gid://shopify/Product/${6_000_000_000_000 + product}` },
    variant: { id: `gid://shopify/ProductVariant/${6_500_000_000_000 + product * ITEMS + index}` },
    originalUnitPriceSet: money(19.5),
    totalDiscountSet: money(0),
    __parentId: `gid://shopify/Order/${FIRST_ORDER + order}`,
  })
}

/** UTF-8, each line with its end, some lines at a time. */
export function* ordersJsonl(orders: number): Generator<Buffer> {
  let lines: string[] = []
  for (let number = 1; number <= orders; number += 1) {
    lines.push(orderLine(number))
    for (let index = 0; index < ITEMS; index += 1) lines.push(itemLine(number, index))
    if (lines.length >= LINES_PER_CHUNK || number === orders) {
      yield Buffer.from(`${lines.join('\n')}\n`)
      lines = []
    }
  }
}
