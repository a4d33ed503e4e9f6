import type { ShopStore } from '../../sandbox/contract.ts'
import type { Id } from '../../sandbox/model.ts'
import type { Column, Text } from './column.ts'

/** What the copy must hold of one record, by column. */
export interface Expected {
  /** The values that are right. */
  accepted: (column: string) => readonly Text[]
  /** Whether only a pull can bring it. */
  needsPull: (column: string) => boolean
}

/** One table of the copy, whatever its records look like in the shop. */
export interface ComparedTable {
  name: string
  columns: Readonly<Record<string, Pick<Column<never>, 'select' | 'canonical' | 'isReordered'>>>
  /** Everything of the shop that must be a live row, by its id. */
  expected(shop: ShopStore): ReadonlyMap<Id, Expected>
}

interface Definition<Source> {
  name: string
  records: (shop: ShopStore) => Iterable<readonly [Id, Source]>
  columns: Readonly<Record<string, Column<Source>>>
}

export function comparedTable<Source>({ name, records, columns }: Definition<Source>): ComparedTable {
  const expectedOf = (source: Source, shop: ShopStore): Expected => ({
    accepted: (column) => columns[column]?.accepted(source, shop) ?? [],
    needsPull: (column) => columns[column]?.needsPull?.(source) ?? false,
  })
  return {
    name,
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
