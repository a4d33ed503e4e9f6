import { resources } from '../resources/registry'

const MIRRORED = Object.values(resources).flatMap(({ table, children }) => [
  ...children.map(({ name }) => name),
  table.name,
])

/**
 * Every table that has a `shop_id`, in the order in which a shop's rows are erased: first the keys that let anybody in and what would tell a job where to
 * go on, then the deliveries, then the copy, children before parents. A test compares it with the database's own
 * catalogue, so that a new table cannot be forgotten.
 */
export const SHOP_TABLES: readonly string[] = [
  'api_keys',
  'data_exports',
  'erased_records',
  'sync_states',
  'sync_logs',
  'set_aside_records',
  'shop_budgets',
  'findings',
  'reconciliation_differences',
  'reconciliations',
  'webhook_deliveries',
  'webhook_attempts',
  'webhook_rollups',
  'webhook_refusals',
  ...MIRRORED,
]
