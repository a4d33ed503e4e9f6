/**
 * Two usual ways to store the same orders and line items, row by row. Arguments: prisma or peer, how many orders, the
 * shop's id. Prints one JSON object. The rows are made before the clock starts: only the storing is timed.
 */
import { PostgresClient } from '@supabase/stripe-sync-engine'
import { closeDatabase, pool, prisma } from '~/db.server'
import { resources } from '~/resources/registry'
import type { CanonicalRecord, Row } from '~/resources/resource'
import { readBulkLine } from '~/sync/bulk-lines'
import { ordersJsonl } from './orders-jsonl.ts'

const [way = '', orders = '', shopId = ''] = process.argv.slice(2)
const records: CanonicalRecord[] = []
const items: { orderId: string; row: Row }[] = []
for (const part of ordersJsonl(Number(orders))) {
  for (const text of part.toString().trimEnd().split('\n')) {
    const line = readBulkLine(resources.orders, text)
    if (line.line === 'record') records.push(line.record)
    if (line.line === 'child') items.push({ orderId: line.parentId, row: line.row })
  }
}

const camelCase = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
const bigints = new Set(['customer_id', 'product_id', 'variant_id'])

function forPrisma(row: Row): Record<string, unknown> {
  const { id: _, ...columns } = row
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => {
      if (bigints.has(column) && value !== null) return [camelCase(column), BigInt(value as string)]
      return [camelCase(column), value === null && column.endsWith('_address') ? undefined : value]
    }),
  )
}

async function storeByPrisma(): Promise<void> {
  const shop = BigInt(shopId)
  const written = { observedAt: new Date(), channel: 'bulk' }
  for (const { id, sourceUpdatedAt, fields } of records) {
    const data = { ...forPrisma(fields), sourceUpdatedAt, ...written }
    const key = { shopId: shop, id: BigInt(id) }
    await prisma.order.upsert({ where: { shopId_id: key }, create: { ...key, ...data }, update: data })
  }
  for (const { orderId, row } of items) {
    const data = { ...forPrisma(row), orderId: BigInt(orderId), ...written }
    const key = { shopId: shop, id: BigInt(row.id as string) }
    await prisma.orderLineItem.upsert({ where: { shopId_id: key }, create: { ...key, ...data }, update: data })
  }
}

/** The peer's statement wants tables whose key is the id alone, and stores lists as JSON. */
async function makePeerTables(): Promise<void> {
  await pool.query(`
    create schema peer;
    create table peer.orders (like orders including defaults, primary key (id));
    create index on peer.orders (shop_id, source_updated_at);
    create index on peer.orders (shop_id, synced_at);
    create index on peer.orders (shop_id, customer_id);
    alter table peer.orders alter tags type jsonb using to_jsonb(tags), add last_synced_at timestamptz;
    create table peer.order_line_items (like order_line_items including defaults, primary key (id));
    create index on peer.order_line_items (shop_id, order_id);
    alter table peer.order_line_items add last_synced_at timestamptz`)
}

async function storeByPeer(): Promise<void> {
  const client = new PostgresClient({ schema: 'peer', poolConfig: { connectionString: process.env['DATABASE_URL'] } })
  const written = { shop_id: shopId, observed_at: new Date().toISOString(), channel: 'bulk' }
  const orderRows = records.map(({ id, sourceUpdatedAt, fields }) => {
    return { ...fields, id, source_updated_at: sourceUpdatedAt, ...written }
  })
  const itemRows = items.map(({ orderId, row }) => ({ ...row, order_id: orderId, ...written }))
  const columnsOf = (rows: readonly object[]) => ({ properties: Object.keys(rows[0]!) })
  await client.upsertManyWithTimestampProtection(orderRows, 'orders', columnsOf(orderRows))
  await client.upsertManyWithTimestampProtection(itemRows, 'order_line_items', columnsOf(itemRows))
  await client.close()
}

if (way === 'peer') await makePeerTables()
await pool.query('select 1')
const begun = performance.now()
await (way === 'peer' ? storeByPeer() : storeByPrisma())
const ms = performance.now() - begun
await closeDatabase()
console.log(JSON.stringify({ ms }))
