import type { ShopStore } from '../../sandbox/contract.ts'
import type { Id } from '../../sandbox/model.ts'
import type { Column, Text } from './column.ts'

/** What the copy must hold of one record, by column. */
export interface Expected {
  /** The values that are right. */
  accepted: (column: string) => readonly Text[]
  /** Whether only a pull can bring it. */
  needsPull: (column: string) => boolean
  /** Whether only a webhook can bring it. */
  needsWebhook: (column: string) => boolean
  /** Whether the copy must have it, and in its newest version; otherwise what it has must be right for its own time. */
  isRequired: boolean
}

/** One table of the copy, whatever its records look like in the shop. */
export interface ComparedTable {
  name: string
  /** Whether Shopify lists them all, so that what the shop does not have must not be in the copy. */
  isListed: boolean
  /** Whether webhooks do not carry these rows, so that until a pull comes by they may be missing. */
  byPullAlone: boolean
  columns: Readonly<Record<string, Pick<Column<never>, 'select' | 'canonical' | 'isReordered'>>>
  /** Everything of the shop that must be a live row, by its id. */
  expected(shop: ShopStore): ReadonlyMap<Id, Expected>
}

interface Definition<Source> {
  name: string
  records: (shop: ShopStore) => Iterable<readonly [Id, Source]>
  columns: Readonly<Record<string, Column<Source>>>
  byPullAlone?: boolean
  /** Which records Shopify lists. Default: all. */
  lists?: (source: Source) => boolean
}

export function comparedTable<Source>({
  name,
  records,
  columns,
  byPullAlone = false,
  lists,
}: Definition<Source>): ComparedTable {
  const expectedOf = (source: Source, shop: ShopStore): Expected => ({
    accepted: (column) => columns[column]?.accepted(source, shop) ?? [],
    needsPull: (column) => columns[column]?.needsPull?.(source) ?? false,
    needsWebhook: (column) => columns[column]?.needsWebhook ?? false,
    isRequired: lists?.(source) ?? true,
  })
  return {
    name,
    isListed: lists === undefined,
    byPullAlone,
    columns,
    expected: (shop) => new Map([...records(shop)].map(([id, source]) => [id, expectedOf(source, shop)])),
  }
}

/**
 * Columns that no record of a shop has a value for: who wrote the row, when and from what. `deleted_at` decides whether
 * a row is compared at all; `shop_id` and `id` are how it is found.
 */
export const provenanceColumns = [
  'shop_id',
  'id',
  'observed_at',
  'synced_at',
  'channel',
  'run_id',
  'delivery_id',
  'deleted_at',
  'deleted_via',
  'digest',
] as const
