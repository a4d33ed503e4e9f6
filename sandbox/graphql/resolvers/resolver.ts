import type { GraphQLResolveInfo } from 'graphql'
import type { BulkOperations } from '../../bulk/bulk-operations.ts'
import type { ShopSubscriptions } from '../../webhooks/shop-subscriptions.ts'
import type { Shown } from '../shown-shop.ts'
import type { SearchWarning } from '../search/search.ts'

/** Warnings about one `query` argument, as they stand in `extensions.search`. */
export interface SearchReport {
  path: (string | number)[]
  query: string
  warnings: SearchWarning[]
}

/** What resolvers know of the request that they answer. */
export interface RequestScope extends Shown {
  scopes: ReadonlySet<string>
  /** The app's client id. */
  apiKey: string
  searchReports: SearchReport[]
  /** Points, counted up as fields are resolved. */
  actualCost: number
  bulk: BulkOperations
  subscriptions: ShopSubscriptions
  /** Set while a bulk operation reads. */
  whole?: WholeRead
}

/**
 * How a bulk operation reads: connections that are nested give all they have, the one at the root a slice at a time,
 * whatever the query says of `first` and the like, "which are ignored"
 * (https://shopify.dev/docs/api/usage/bulk-operations/queries#write-a-bulk-operation).
 */
export interface WholeRead {
  /** Nodes in a slice. */
  size: number
  /** Where the next slice begins: a cursor, or null for the start. Moved on by each slice. */
  after: string | null
  /** Whether there is a next slice. */
  more: boolean
}

export type Resolver = (source: never, args: never, scope: RequestScope, info: GraphQLResolveInfo) => unknown

/** Resolvers by type and field. A field that is not here is not modelled. */
export type Resolvers = Record<string, Record<string, Resolver>>

/** The resolvers of one type, whose sources are `Source`. */
export function fieldsOf<Source, Arguments = Record<string, never>>(
  fields: Record<string, (source: Source, args: Arguments, scope: RequestScope, info: GraphQLResolveInfo) => unknown>,
): Record<string, Resolver> {
  return fields
}
