/** Rows of the copy that no body may make, however broken: the columns' types alone would take them. */
import { pool } from '~/db.server'
import { resources } from '~/resources/registry'
import type { ColumnType, Table } from '~/resources/resource'

const ADDRESS =
  "array['first_name','last_name','company','address1','address2','city','province','province_code','country','country_code','zip','phone']"
const LINE_ITEM = "array['id','product_id','variant_id','title','variant_title','sku','quantity','price']"

/** Columns whose words are those of GraphQL's enums. */
const WORDS = new Set(['financial_status', 'fulfillment_status', 'cancel_reason', 'status', 'state', 'kind'])

function wrongIf(column: string, type: ColumnType): string | null {
  switch (type) {
    case 'numeric':
      return `${column} in ('NaN', 'Infinity', '-Infinity')`
    case 'timestamptz':
      return `not isfinite(${column})`
    case 'bigint':
      return `${column} < 0`
    case 'text[]':
      return `array_position(${column}, null) is not null`
    case 'jsonb':
      return column === 'line_items'
        ? `case when jsonb_typeof(${column}) <> 'array' then true else exists (
             select from jsonb_array_elements(${column}) as item
             where jsonb_typeof(item) <> 'object' or item - ${LINE_ITEM} <> '{}') end`
        : `case when jsonb_typeof(${column}) <> 'object' then jsonb_typeof(${column}) <> 'null'
             else ${column} - ${ADDRESS} <> '{}' end`
    case 'text':
      return WORDS.has(column) ? `${column} <> upper(${column})` : null
    default:
      return null
  }
}

async function inTable(shopId: string, table: Table, isParent: boolean): Promise<string[]> {
  const conditions = Object.entries(table.columns)
    .map(([column, type]) => wrongIf(column, type))
    .filter((condition) => condition !== null)
  if ((table.idType ?? 'bigint') === 'bigint') conditions.push('id < 0')
  conditions.push('not isfinite(observed_at)', 'not isfinite(source_updated_at)')
  if (isParent) conditions.push('source_updated_at is null and deleted_at is null')
  const wrong = conditions.map((condition) => `(${condition})`).join(' or ')
  const { rows } = await pool.query(`select * from ${table.name} where shop_id = $1 and (${wrong})`, [shopId])
  return rows.map((row) => `${table.name}: ${JSON.stringify(row)}`)
}

/** Each as text. */
export async function impossibleRows(shopId: string): Promise<string[]> {
  const found = await Promise.all(
    Object.values(resources).flatMap(({ table, children }) => [
      inTable(shopId, table, true),
      ...children.map((child) => inTable(shopId, child, false)),
    ]),
  )
  return found.flat()
}
