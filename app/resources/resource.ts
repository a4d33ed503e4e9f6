/** The shapes that mirrored resources fulfil, and what travels from a channel to the merge. */

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
  /**
   * Whether a change of a child alone makes its parent newer, so that a window by the parent's `updated_at` brings it.
   * Where it does not, a webhook of the child's own has to tell.
   */
  bumpsParent: boolean
  /** Columns that keep their value when the source no longer knows it, such as the id of a deleted product. */
  keepsKnown: readonly string[]
}

export type Row = Readonly<Record<string, unknown>>

/**
 * One record as a channel brought it, in the words of the copy. `fields` and the rows of `children` have a key for each
 * column the channel carries: an absent key means not carried, null means known to be empty.
 */
export interface CanonicalRecord {
  /** Numeric id, as a string of digits; text where the table's ids are. */
  id: string
  /** Shopify's `updatedAt`, ISO 8601. */
  sourceUpdatedAt: string
  fields: Row
  /**
   * By child table: all children the record has, each with its `id`. Their order does not matter. A table that the
   * channel does not carry is absent, and its rows stay as they are.
   */
  children: Readonly<Record<string, readonly Row[]>>
}

/** What a webhook body means for the copy. */
export type WebhookMeaning =
  | { meaning: 'upsert'; record: CanonicalRecord }
  | { meaning: 'delete'; id: string }
  /**
   * The body does not carry the whole record: it has to be read from Shopify. `mergedId`: a record that became part of this
   * one, and has to be read too; when it is gone, so do those that name it in the copy. `ids`: a body of this topic that means
   * the same and holds nothing else; absent where a body is about nobody.
   */
  | { meaning: 'signal'; id: string; reason: string; mergedId?: string; ids?: WebhookBody }

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
  createdAt: string
  updatedAt: string
}

/** How a resource travels in the JSONL of a bulk operation: a line a record, and a line a child that has a connection. */
export interface BulkShape {
  /** The field of the query root that lists the records. */
  connection: string
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

/**
 * How far the copy of a resource can be proved. A: Shopify lists every record, so that the copy can be held against the
 * shop. B: it lists some, and the others are known by webhook alone. C: it lists none.
 */
export type Completeness = 'A' | 'B' | 'C'

/** By what a pull asks for the records that changed. */
export interface Windowing {
  filter: 'updated_at'
  /**
   * UPDATED_AT: what is updated while a run reads comes again at the end. ID, where the schema has no such order: it
   * stays where it is, and the next run reads it, whose window begins where this one's ended.
   */
  sortKey: 'ID' | 'UPDATED_AT'
}

/** What is copied: by webhook at least. */
export interface MirroredResource {
  name: ResourceName
  table: Table
  children: readonly ChildTable[]
  completeness: Completeness
  /** Null where Shopify has no list to pull from. */
  window: Windowing | null
  /** Topics that concern this resource. Throws UnreadableRecord. */
  topics: Readonly<Record<string, (body: WebhookBody) => WebhookMeaning>>
}

/** One that Shopify lists, so that it is pulled besides. */
export interface Resource extends MirroredResource {
  name: PulledName
  /** The type in a gid: `gid://shopify/{gidType}/{id}`. */
  gidType: string
  window: Windowing
  /** How far a window reaches back behind the watermark, for what Shopify's search index showed late. */
  lookbackMinutes: number
  /**
   * How exact the API's `updated_at` filter is. `day`: the schema's documentation says that it matches whole days, so
   * that an upper bound would leave out the present day.
   */
  filterPrecision: 'second' | 'day'
  /** The search fields for when a record was created: of its list, and of its count, which is not the same everywhere. */
  creation: { listed: string; counted: string }
  /** What events of deletions call the record; null where Shopify documents none. */
  deletionSubject: 'PRODUCT' | null
  /** Days after its creation from which Shopify may no longer show a record, though it is there; null: it always does. */
  unseenAfterDays: number | null
  documents: {
    /**
     * `$first: Int!, $query: String` → `page: Connection` as below, and `matching: Count` of what the query finds and
     * `all: Count`, both without limit: all that a run with nothing new needs, in one request.
     */
    open: string
    /** `$first: Int!, $after: String, $query: String` → `page: Connection`, sorted by the window's sort key. */
    page: string
    /** The same, sorted by CREATED_AT: nothing that happens while it is read moves a record in it. */
    pageByCreation: string
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
}

export const isPulled = (resource: MirroredResource): resource is Resource => resource.window !== null

/** A parsed webhook body. Integers of sixteen digits and more are text, so that no id loses digits. */
export type WebhookBody = Readonly<Record<string, unknown>>

/** What Shopify lists. */
export const PULLED_NAMES = ['products', 'customers', 'orders', 'checkouts'] as const
export type PulledName = (typeof PULLED_NAMES)[number]

export const RESOURCE_NAMES = [...PULLED_NAMES, 'carts'] as const
export type ResourceName = (typeof RESOURCE_NAMES)[number]

export const isResourceName = (name: string): name is ResourceName =>
  (RESOURCE_NAMES as readonly string[]).includes(name)
export const isPulledName = (name: string): name is PulledName => (PULLED_NAMES as readonly string[]).includes(name)

/** A record that cannot be stored. The message names the field, never its value. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord'
}
