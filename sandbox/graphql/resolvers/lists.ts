import type { GraphQLResolveInfo } from 'graphql'
import { pageOf } from '../connection.ts'
import type { ConnectionArguments, Page } from '../connection.ts'
import { notModelled } from '../errors.ts'
import { compileSearch } from '../search/search.ts'
import type { RecordType, RecordTypes } from '../sort-keys.ts'
import { fieldsOf } from './resolver.ts'
import type { RequestScope, Resolvers } from './resolver.ts'

export interface ListArguments extends ConnectionArguments {
  query?: string | null
  sortKey?: string | null
  savedSearchId?: string | null
}

export interface CountArguments {
  query?: string | null
  limit?: number | null
  savedSearchId?: string | null
}

/** A connection of the root over all records of a type. */
export function listRecords<Type extends RecordType>(
  type: Type,
  args: ListArguments,
  scope: RequestScope,
  info: GraphQLResolveInfo,
): Page<RecordTypes[Type]> {
  // What is neither searched for nor sorted by its last change comes from the database, not from the search index.
  const isSearched = (args.query ?? '').trim() !== '' || args.sortKey === 'UPDATED_AT'
  const searched = isSearched ? scope.searched : null
  const search = searchFor(type, args, scope, info)
  const sort = { key: args.sortKey ?? 'ID', reverse: args.reverse ?? false }
  const { records, order } = (searched ?? scope).index.list(type, sort, search)
  const page = pageOf(records, order, args)
  return searched ? upToDate(type, page, scope) : page
}

/**
 * A page that a lagging index found: each record is where its older version belongs, and is shown as it is by now. One
 * that is gone is left out, so that a page may be shorter than it was asked to be.
 */
function upToDate<Type extends RecordType>(
  type: Type,
  page: Page<RecordTypes[Type]>,
  scope: RequestScope,
): Page<RecordTypes[Type]> {
  const found = new Map(page.nodes.map((record) => [record.id, record]))
  return {
    ...page,
    nodes: page.nodes.flatMap(({ id }) => scope.index.find(type, id) ?? []),
    cursorOf: (record) => page.cursorOf(found.get(record.id) ?? record),
  }
}

/**
 * A Count. `limit` bounds the answer, which then says AT_LEAST; null means no bound. (The schema's default is 10,000,
 * and graphql-js puts it in when the argument is left out.)
 */
export function countRecords<Type extends RecordType>(
  type: Type,
  args: CountArguments,
  scope: RequestScope,
  info: GraphQLResolveInfo,
): { count: number; precision: 'EXACT' | 'AT_LEAST' } {
  const search = searchFor(type, args, scope, info)
  const { length } = (scope.searched ?? scope).index.list(type, { key: 'ID', reverse: false }, search).records
  if (args.limit == null || length <= args.limit) return { count: length, precision: 'EXACT' }
  return { count: args.limit, precision: 'AT_LEAST' }
}

function searchFor<Type extends RecordType>(
  type: Type,
  args: { query?: string | null; savedSearchId?: string | null },
  scope: RequestScope,
  info: GraphQLResolveInfo,
) {
  if (args.savedSearchId) throw notModelled('saved searches')
  const search = compileSearch(type, info.fieldName, args.query, (scope.searched ?? scope).store)
  if (search.warnings.length > 0)
    scope.searchReports.push({ path: [info.path.key], query: args.query ?? '', warnings: search.warnings })
  return search
}

interface Edge {
  cursor: string
  node: unknown
}

const pageFields = fieldsOf<Page<unknown>>({
  nodes: (page) => page.nodes,
  edges: (page) => page.nodes.map((node): Edge => ({ cursor: page.cursorOf(node), node })),
  pageInfo: (page) => page,
})

const edgeFields = fieldsOf<Edge>({ cursor: (edge) => edge.cursor, node: (edge) => edge.node })

const PAGED_TYPES = [
  ...['Product', 'ProductVariant', 'Customer', 'Order', 'LineItem'],
  ...['AbandonedCheckout', 'AbandonedCheckoutLineItem', 'BulkOperation', 'Event', 'WebhookSubscription'],
]

export const listResolvers: Resolvers = {
  ...Object.fromEntries(PAGED_TYPES.map((type) => [`${type}Connection`, pageFields])),
  ...Object.fromEntries(PAGED_TYPES.map((type) => [`${type}Edge`, edgeFields])),
  PageInfo: fieldsOf<Page<unknown>>({
    hasNextPage: (page) => page.hasNextPage,
    hasPreviousPage: (page) => page.hasPreviousPage,
    startCursor: (page) => page.startCursor(),
    endCursor: (page) => page.endCursor(),
  }),
  Count: fieldsOf<{ count: number; precision: string }>({
    count: (count) => count.count,
    precision: (count) => count.precision,
  }),
}
