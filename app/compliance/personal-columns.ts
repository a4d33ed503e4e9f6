import { customersTable } from '../resources/customers/table'
import type { CanonicalRecord, ResourceName } from '../resources/resource'

/**
 * The columns that tell of a person. Of a customer that is all there is; of an order what reaches or describes the buyer,
 * while its amounts, items and dates stay, as the merchant's books need them.
 */
export const PERSONAL_COLUMNS: Readonly<Record<ResourceName, readonly string[]>> = {
  products: [],
  customers: Object.keys(customersTable.columns),
  orders: ['email', 'phone', 'note', 'shipping_address', 'billing_address'],
}

/** The record with its personal columns empty, where it carries them. */
export function withoutPerson(resource: ResourceName, record: CanonicalRecord): CanonicalRecord {
  const personal = new Set(PERSONAL_COLUMNS[resource])
  const fields = Object.entries(record.fields).map(([column, value]) => [column, personal.has(column) ? null : value])
  return { ...record, fields: Object.fromEntries(fields) as CanonicalRecord['fields'] }
}
