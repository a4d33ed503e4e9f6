const MONEY = '{ shopMoney { amount currencyCode } }'

const LINE_ITEMS = `nodes {
  id title variantTitle sku quantity product { id } variant { id } originalUnitPriceSet ${MONEY}
} pageInfo { hasNextPage endCursor }`

const CHECKOUT = `
  id name abandonedCheckoutUrl customer { id } subtotalPriceSet ${MONEY} totalPriceSet ${MONEY}
  completedAt createdAt updatedAt
  lineItems(first: 10) { ${LINE_ITEMS} }
`

const page = (name: string, sortKey: string) => `query ${name}($first: Int!, $after: String, $query: String) {
  page: abandonedCheckouts(first: $first, after: $after, query: $query, sortKey: ${sortKey}) {
    nodes { ${CHECKOUT} }
    pageInfo { hasNextPage endCursor }
  }
}`

// The schema has no sort key UPDATED_AT for them.
export const documents = {
  open: `query CheckoutsOpening($first: Int!, $query: String) {
    all: abandonedCheckoutsCount(limit: null) { count precision }
    matching: abandonedCheckoutsCount(query: $query, limit: null) { count precision }
    page: abandonedCheckouts(first: $first, query: $query, sortKey: ID) {
      nodes { ${CHECKOUT} }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  page: page('CheckoutsPage', 'ID'),
  pageByCreation: page('CheckoutsPageByCreation', 'CREATED_AT'),
  count: `query CheckoutsCount($query: String) {
    count: abandonedCheckoutsCount(query: $query, limit: null) { count precision }
  }`,
  nodes: `query CheckoutsByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on AbandonedCheckout { ${CHECKOUT} } } }`,
  ids: `query CheckoutIds($first: Int!, $after: String) {
    page: abandonedCheckouts(first: $first, after: $after, sortKey: ID) {
      nodes { id }
      pageInfo { hasNextPage endCursor }
    }
  }`,
}

export const lineItemsOfCheckout = `query LineItemsOfCheckout($id: ID!, $first: Int!, $after: String) {
  node(id: $id) { ... on AbandonedCheckout { lineItems(first: $first, after: $after) { ${LINE_ITEMS} } } }
}`
