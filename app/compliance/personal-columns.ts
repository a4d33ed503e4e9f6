import { customersTable } from '../resources/customers/table'
import type { CanonicalRecord, ResourceName, Row } from '../resources/resource'

/**
 * The columns that tell of a person. Of a customer that is all there is; of an order what reaches or describes the buyer,
 * while its amounts, items and dates stay, as the merchant's books need them; so too of a checkout.
 */
export const PERSONAL_COLUMNS: Readonly<Record<ResourceName, readonly string[]>> = {
  products: [],
  customers: Object.keys(customersTable.columns),
  orders: ['email', 'phone', 'note', 'shipping_address', 'billing_address'],
  checkouts: ['email'],
  carts: [],
}

/** The same of child tables. */
export const PERSONAL_CHILD_COLUMNS: Readonly<Record<string, readonly string[]>> = { order_refunds: ['note'] }

/** The record with its personal columns empty, where it carries them. */
export function withoutPerson(resource: ResourceName, record: CanonicalRecord): CanonicalRecord {
  const children = Object.entries(record.children).map(([table, rows]) => [
    table,
    rows.map((row) => emptied(row, PERSONAL_CHILD_COLUMNS[table] ?? [])),
  ])
  return {
    ...record,
    fields: emptied(record.fields, PERSONAL_COLUMNS[resource]),
    children: Object.fromEntries(children) as CanonicalRecord['children'],
  }
}

function emptied(row: Row, personal: readonly string[]): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, personal.includes(column) ? null : value]),
  )
}
