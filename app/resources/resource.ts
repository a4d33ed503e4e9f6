/** The shape that each mirrored resource fulfils, and what travels from a channel to the merge. */

export type Channel = 'webhook' | 'pull' | 'bulk'

/** PostgreSQL type of a column. Numbers beyond 2^53 and money travel as strings. */
export type ColumnType = 'bigint' | 'boolean' | 'integer' | 'jsonb' | 'numeric' | 'text' | 'text[]' | 'timestamptz'

export interface Table {
  name: string
  /** The record's own columns, in the order of the table. What every mirrored table has besides is the merge's affair. */
  columns: Readonly<Record<string, ColumnType>>
  /** Of the id. Default: bigint, as every gid ends in a number. */
  idType?: 'bigint' | 'text'
}

export interface ChildTable extends Table {
  /** The column that holds the parent's id. */
  parentColumn: string
  /** Columns that keep their value when the source no longer knows it, such as the id of a deleted product. */
  keepsKnown: readonly string[]
}

export type Row = Readonly<Record<string, unknown>>

/**
 * One record as a channel brought it, in the words of the copy. `fields` and the rows of `children` have a key for each
 * column the channel carries: an absent key means not carried, null means known to be empty.
 */
export interface CanonicalRecord {
  /** Numeric id, as a string of digits. */
  id: string
  /** Shopify's `updatedAt`, ISO 8601. */
  sourceUpdatedAt: string
  fields: Row
  /** By child table: all children the record has, each with its `id`. Their order does not matter. */
  children: Readonly<Record<string, readonly Row[]>>
}

/** What a webhook body means for the copy. */
export type WebhookMeaning =
  | { meaning: 'upsert'; record: CanonicalRecord }
  | { meaning: 'delete'; id: string }
  /** The body does not carry the whole record: it has to be read from Shopify. */
  | { meaning: 'signal'; id: string; reason: string }

/** A list inside a node that may go on after the first page. */
export interface NestedList {
  /** The field of the node, e.g. `lineItems`. */
  field: string
  /** Query with `$id: ID!`, `$first: Int!`, `$after: String` whose `node` has that field. */
  document: string
}

export interface ConnectionPage<Node> {
  nodes: Node[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** A node of the Admin API before it is normalized. Only its resource knows more about it. */
export interface SourceNode {
  id: string
  updatedAt: string
}

/** How a resource travels in the JSONL of a bulk operation: a line a record, and a line a child that has a connection. */
export interface BulkShape {
  /** The query of the operation; `filter` is a search, null for everything. */
  query(filter: string | null): string
  /** The record of a line that has no parent. Children that come in lines of their own are absent. Throws UnreadableRecord. */
  fromLine(node: SourceNode): CanonicalRecord
  /** What a line with a `__parentId` is, by the type in its gid. */
  children: Readonly<Record<string, BulkChild>>
}

export interface BulkChild {
  table: ChildTable
  /** Throws UnreadableRecord. */
  fromLine(node: Readonly<Record<string, unknown>>): Row
}

export interface Resource {
  name: ResourceName
  /** The type in a gid: `gid://shopify/{gidType}/{id}`. */
  gidType: string
  table: Table
  children: readonly ChildTable[]
  /** How far a window reaches back behind the watermark, for what Shopify's search index showed late. */
  lookbackMinutes: number
  /**
   * How exact the API's `updated_at` filter is. `day`: the schema's documentation says that it matches whole days, so
   * that an upper bound would leave out the present day.
   */
  filterPrecision: 'second' | 'day'
  /** Days after its creation from which Shopify may no longer show a record, though it is there; null: it always does. */
  unseenAfterDays: number | null
  documents: {
    /**
     * `$first: Int!, $query: String` → `page: Connection` as below, and `matching: Count` of what the query finds and
     * `all: Count`, both without limit: all that a run with nothing new needs, in one request.
     */
    open: string
    /** `$first: Int!, $after: String, $query: String` → `page: Connection`, sorted by UPDATED_AT. */
    page: string
    /** `$query: String` → `count: Count`, without limit. */
    count: string
    /** `$ids: [ID!]!` → `nodes`. */
    nodes: string
    /** `$first: Int!, $after: String` → `page: Connection` of nothing but ids. */
    ids: string
  }
  nestedLists: readonly NestedList[]
  /** Null where Shopify has no bulk query for it. */
  bulk: BulkShape | null
  /** Throws UnreadableRecord when the node lacks what a row cannot do without. */
  fromNode(node: SourceNode): CanonicalRecord
  /** Topics that concern this resource. Throws UnreadableRecord. */
  topics: Readonly<Record<string, (body: WebhookBody) => WebhookMeaning>>
}

/** A parsed webhook body. Integers beyond 2^53 are bigint, so that no id loses digits. */
export type WebhookBody = Readonly<Record<string, unknown>>

export const RESOURCE_NAMES = ['products', 'customers', 'orders'] as const
export type ResourceName = (typeof RESOURCE_NAMES)[number]

/** A record that cannot be stored. The message names the field, never its value. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord'
}
