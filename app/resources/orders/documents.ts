import { ADDRESS_SELECTION } from '../address'
import { searchArgument } from '../search-argument'

const MONEY = '{ shopMoney { amount } }'

const LINE_ITEM = `
  id title variantTitle sku quantity currentQuantity
  product { id } variant { id }
  originalUnitPriceSet ${MONEY} totalDiscountSet ${MONEY}
`

const LINE_ITEMS = `nodes { ${LINE_ITEM} } pageInfo { hasNextPage endCursor }`

// Lists without `first` come whole: "Truncate the array result to this size" is what it is for. They are no connections,
// so that there are no further pages.
const PAYMENTS = `
  refunds { id createdAt note totalRefundedSet ${MONEY} }
  transactions {
    id kind status gateway amountSet { shopMoney { amount currencyCode } } test createdAt processedAt
  }
`

const FIELDS = `
  id name email phone customer { id } currencyCode presentmentCurrencyCode
  subtotalPriceSet ${MONEY} totalDiscountsSet ${MONEY} totalShippingPriceSet ${MONEY} totalTaxSet ${MONEY}
  totalPriceSet ${MONEY} totalRefundedSet ${MONEY} currentTotalPriceSet ${MONEY}
  displayFinancialStatus displayFulfillmentStatus cancelledAt cancelReason closedAt processedAt
  test sourceName tags note cartToken checkoutToken createdAt updatedAt
  shippingAddress ${ADDRESS_SELECTION} billingAddress ${ADDRESS_SELECTION}
  ${PAYMENTS}
`

const ORDER = `${FIELDS} lineItems(first: 10) { ${LINE_ITEMS} }`

const page = (name: string, sortKey: string) => `query ${name}($first: Int!, $after: String, $query: String) {
  page: orders(first: $first, after: $after, query: $query, sortKey: ${sortKey}) {
    nodes { ${ORDER} }
    pageInfo { hasNextPage endCursor }
  }
}`

export const documents = {
  open: `query OrdersOpening($first: Int!, $query: String) {
    all: ordersCount(limit: null) { count precision }
    matching: ordersCount(query: $query, limit: null) { count precision }
    page: orders(first: $first, query: $query, sortKey: UPDATED_AT) {
      nodes { ${ORDER} }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  page: page('OrdersPage', 'UPDATED_AT'),
  pageByCreation: page('OrdersPageByCreation', 'CREATED_AT'),
  count: `query OrdersCount($query: String) { count: ordersCount(query: $query, limit: null) { count precision } }`,
  nodes: `query OrdersByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ${ORDER} } } }`,
  ids: `query OrderIds($first: Int!, $after: String) {
    page: orders(first: $first, after: $after, sortKey: ID) { nodes { id } pageInfo { hasNextPage endCursor } }
  }`,
}

export const lineItemsOfOrder = `query LineItemsOfOrder($id: ID!, $first: Int!, $after: String) {
  node(id: $id) { ... on Order { lineItems(first: $first, after: $after) { ${LINE_ITEMS} } } }
}`

export const bulkQuery = (filter: string | null) => `{
  orders${searchArgument(filter)} { edges { node { ${FIELDS} lineItems { edges { node { ${LINE_ITEM} } } } } } }
}`
