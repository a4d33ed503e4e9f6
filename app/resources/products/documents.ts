import { searchArgument } from '../search-argument'

const VARIANT = 'id title sku barcode price compareAtPrice inventoryQuantity position createdAt'
const VARIANTS = `nodes { ${VARIANT} } pageInfo { hasNextPage endCursor }`

const FIELDS = 'id title handle status vendor productType tags totalInventory createdAt publishedAt updatedAt'
const PRODUCT = `${FIELDS} variants(first: 15) { ${VARIANTS} }`

const page = (name: string, sortKey: string) => `query ${name}($first: Int!, $after: String, $query: String) {
  page: products(first: $first, after: $after, query: $query, sortKey: ${sortKey}) {
    nodes { ${PRODUCT} }
    pageInfo { hasNextPage endCursor }
  }
}`

export const documents = {
  open: `query ProductsOpening($first: Int!, $query: String) {
    all: productsCount(limit: null) { count precision }
    matching: productsCount(query: $query, limit: null) { count precision }
    page: products(first: $first, query: $query, sortKey: UPDATED_AT) {
      nodes { ${PRODUCT} }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  page: page('ProductsPage', 'UPDATED_AT'),
  pageByCreation: page('ProductsPageByCreation', 'CREATED_AT'),
  count: `query ProductsCount($query: String) { count: productsCount(query: $query, limit: null) { count precision } }`,
  nodes: `query ProductsByIds($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { ${PRODUCT} } } }`,
  ids: `query ProductIds($first: Int!, $after: String) {
    page: products(first: $first, after: $after, sortKey: ID) { nodes { id } pageInfo { hasNextPage endCursor } }
  }`,
}

export const variantsOfProduct = `query VariantsOfProduct($id: ID!, $first: Int!, $after: String) {
  node(id: $id) { ... on Product { variants(first: $first, after: $after) { ${VARIANTS} } } }
}`

export const bulkQuery = (filter: string | null) => `{
  products${searchArgument(filter)} { edges { node { ${FIELDS} variants { edges { node { ${VARIANT} } } } } } }
}`
