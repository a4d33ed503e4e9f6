import { ADDRESS_SELECTION } from '../address'
import { searchArgument } from '../search-argument'

// Customer.email and Customer.phone are deprecated in favour of the default address objects.
const CUSTOMER = `
  id firstName lastName state tags numberOfOrders createdAt updatedAt
  defaultEmailAddress { emailAddress marketingState }
  defaultPhoneNumber { phoneNumber }
  amountSpent { amount currencyCode }
  defaultAddress ${ADDRESS_SELECTION}
`

const page = (name: string, sortKey: string) => `query ${name}($first: Int!, $after: String, $query: String) {
  page: customers(first: $first, after: $after, query: $query, sortKey: ${sortKey}) {
    nodes { ${CUSTOMER} }
    pageInfo { hasNextPage endCursor }
  }
}`

export const documents = {
  open: `query CustomersOpening($first: Int!, $query: String) {
    all: customersCount(limit: null) { count precision }
    matching: customersCount(query: $query, limit: null) { count precision }
    page: customers(first: $first, query: $query, sortKey: UPDATED_AT) {
      nodes { ${CUSTOMER} }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  page: page('CustomersPage', 'UPDATED_AT'),
  pageByCreation: page('CustomersPageByCreation', 'CREATED_AT'),
  count: `query CustomersCount($query: String) { count: customersCount(query: $query, limit: null) { count precision } }`,
  nodes: `query CustomersByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on Customer { ${CUSTOMER} } } }`,
  ids: `query CustomerIds($first: Int!, $after: String) {
    page: customers(first: $first, after: $after, sortKey: ID) { nodes { id } pageInfo { hasNextPage endCursor } }
  }`,
}

export const bulkQuery = (filter: string | null) => `{
  customers${searchArgument(filter)} { edges { node { ${CUSTOMER} } } }
}`
