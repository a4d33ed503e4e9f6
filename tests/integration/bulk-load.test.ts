/** What a bulk result's lines become in the copy, whatever was there before and whatever writes at the same time. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { openStagePort } from '~/db/bulk-load.server'
import { mergeStage } from '~/db/merge-stage.server'
import { dropStage, stageNames } from '~/db/staged-sql'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { ingest } from '~/sync/ingest'
import type { BulkLine } from '~/sync/bulk-lines'
import type { StagedCounts, StagedMerge } from '~/sync/bulk-ports'
import { rowOf, rowsOf, write } from '../factories/copy.ts'
import { at, deletion, observed, type RecordOptions, target, uniqueId } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const { orders } = resources
/** Seconds after ten, when Shopify began to write the result. */
const SEEN_AT = 1_000

/** A record with refunds and transactions in its own line, and a line for each of its line items. */
function linesOf(options: RecordOptions): BulkLine[] {
  const { record } = observed(options)
  const { order_line_items: items = [], ...children } = record.children
  return [
    ...items.map((row) => ({ line: 'child' as const, table: 'order_line_items', parentId: record.id, row })),
    { line: 'record', record: { ...record, children } },
  ]
}

async function load(lines: Iterable<BulkLine>): Promise<{ staged: StagedCounts; merged: StagedMerge }> {
  const names = stageNames(`test_${shop}`)
  const client = await pool.connect()
  try {
    const stage = await openStagePort(client, orders, names, { by: 'created_at', from: null, to: at(SEEN_AT) })
    await stage.add(lines)
    const staged = await stage.end()
    const target = { shopId: shop, resource: orders, channel: 'bulk' as const, runId: null }
    return { staged, merged: await mergeStage(pool, target, names, at(SEEN_AT)) }
  } finally {
    await client.query(dropStage(orders, names))
    client.release()
  }
}

const order = (id: string) => rowOf(shop, 'orders', id)
const childrenOf = async (id: string) =>
  (await rowsOf(shop, 'order_line_items')).filter((row) => row.order_id === id && row.deleted_at === null)

describe('a first copy', () => {
  it('has the rows that a pull would write', async () => {
    const [id, child] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 3, children: [child] })] })
    const tables = ['orders', 'order_line_items', 'order_refunds', 'order_transactions']
    const pulled = await Promise.all(tables.map((table) => rowsOf(shop, table)))
    shop = (await installedShop()).id
    expect(await load(linesOf({ id, version: 3, children: [child] }))).toMatchObject({ merged: { written: 1 } })
    const loaded = await Promise.all(tables.map((table) => rowsOf(shop, table)))
    const own = ['shop_id', 'observed_at', 'synced_at', 'channel', 'place']
    const without = (rows: typeof pulled) =>
      rows.map((table) =>
        table.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => !own.includes(key)))),
      )
    expect(without(loaded)).toEqual(without(pulled))
  })

  it('of more than one batch is whole', async () => {
    const ids = Array.from({ length: 5_003 }, uniqueId)
    const { staged, merged } = await load(ids.flatMap((id) => linesOf({ id, children: [uniqueId()] })))
    expect(staged).toMatchObject({ records: 5_003, children: 5_003, counted: 5_003, orphans: [] })
    expect(merged).toEqual({ read: 5_003, written: 5_003, unchanged: 0, stale: 0 })
    expect((await rowsOf(shop, 'orders')).map((row) => row.id)).toEqual(ids)
    expect(await rowsOf(shop, 'order_line_items')).toHaveLength(5_003)
  })

  it('stores once what the file has twice, and the newer version of it', async () => {
    const [id, child] = [uniqueId(), uniqueId()]
    const lines = [
      ...linesOf({ id, version: 2, children: [child] }),
      ...linesOf({ id, version: 1 }),
      ...linesOf({ version: 1 }),
    ]
    const { staged, merged } = await load([...lines, lines[0]!])
    expect(staged).toMatchObject({ records: 3, children: 2 })
    expect(merged).toEqual({ read: 2, written: 2, unchanged: 0, stale: 0 })
    expect(await order(id)).toMatchObject({ name: 'name 2' })
    expect(await childrenOf(id)).toHaveLength(1)
    expect(await load(linesOf({ id, version: 2, children: [child] }))).toMatchObject({ merged: { unchanged: 1 } })
  })

  it('leaves out a record as a whole when a child of it cannot be read', async () => {
    const [id, child, other] = [uniqueId(), uniqueId(), uniqueId()]
    const unreadable = { line: 'unreadable' as const, id, reason: 'LineItem.quantity is no number' }
    const { staged, merged } = await load([
      ...linesOf({ id, children: [child] }),
      unreadable,
      { ...unreadable, id: 'Order' },
      ...linesOf({ id: other }),
    ])
    expect(staged).toMatchObject({ records: 2, unreadable: 2, orphans: [] })
    expect(merged).toMatchObject({ read: 1, written: 1 })
    expect([await order(id), await rowOf(shop, 'order_line_items', child)]).toEqual([undefined, undefined])
  })

  it('is known not to be whole when a child has no record', async () => {
    const [lost, ...lines] = linesOf({ children: [uniqueId()] })
    const orphan = { ...lost!, parentId: uniqueId() } as BulkLine
    expect((await load([orphan, ...lines])).staged.orphans).toEqual([(orphan as { parentId: string }).parentId])
  })
})

describe('what the copy has', () => {
  it('by a pull, is found unchanged, and by a bulk result, by a pull', async () => {
    const [pulled, loaded, child, other] = [uniqueId(), uniqueId(), uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id: pulled, version: 5, children: [child] })] })
    const both = [
      ...linesOf({ id: pulled, version: 5, children: [child] }),
      ...linesOf({ id: loaded, children: [other] }),
    ]
    expect((await load(both)).merged).toEqual({ read: 2, written: 1, unchanged: 1, stale: 0 })
    const again = await write(shop, { records: [observed({ id: loaded, children: [other], observedAt: SEEN_AT + 9 })] })
    expect(again).toMatchObject({ written: [], unchanged: [loaded] })
  })

  it('in a newer version stays, in an older one is replaced with its children', async () => {
    const [newer, older, goes, stays] = [uniqueId(), uniqueId(), uniqueId(), uniqueId()]
    await write(shop, {
      records: [
        observed({ id: newer, version: 9, observedAt: SEEN_AT + 1 }),
        observed({ id: older, version: 1, children: [goes, stays] }),
      ],
    })
    const lines = [...linesOf({ id: newer, version: 8 }), ...linesOf({ id: older, version: 2, children: [stays] })]
    expect((await load(lines)).merged).toEqual({ read: 2, written: 1, unchanged: 0, stale: 1 })
    expect(await order(newer)).toMatchObject({ name: 'name 9' })
    expect(await order(older)).toMatchObject({ name: 'name 2', channel: 'bulk' })
    expect((await childrenOf(older)).map((row) => [row.id, row.title])).toEqual([[stays, 'title 2']])
    expect(await rowOf(shop, 'order_line_items', goes)).toMatchObject({ deleted_via: 'replaced' })
  })

  it('as a tombstone that is newer than the result stays one', async () => {
    const [gone, erased, back] = [uniqueId(), uniqueId(), uniqueId()]
    const deletions = [deletion(gone, SEEN_AT + 1), deletion(erased, 1, 'customers/redact'), deletion(back, 1)]
    await write(shop, { deletions, channel: 'webhook' })
    const { merged } = await load([gone, erased, back].flatMap((id) => linesOf({ id })))
    expect(merged).toEqual({ read: 3, written: 1, unchanged: 0, stale: 2 })
    expect(await order(back)).toMatchObject({ deleted_at: null, deleted_via: null })
  })

  it('of a child alone is written over', async () => {
    const [id, child] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [child] })] })
    await pool.query('delete from orders where shop_id = $1', [shop])
    expect((await load(linesOf({ id, version: 2, children: [child] }))).merged).toMatchObject({ written: 1 })
    expect((await childrenOf(id)).map((row) => row.title)).toEqual(['title 2'])
  })
})

it('a child that two records name has one of them', async () => {
  const [lower, higher, child] = [uniqueId(), uniqueId(), uniqueId()]
  for (const version of [1, 2]) {
    await load([lower, higher].flatMap((id) => linesOf({ id, version, children: [child] })))
    expect((await rowsOf(shop, 'order_line_items')).map((row) => [row.id, row.order_id])).toEqual([[child, higher]])
  }
})

it('a webhook that writes at the same time wins when it is newer, and waits for no more than a batch', async () => {
  const [id, other] = [uniqueId(), uniqueId()]
  const client = await pool.connect()
  try {
    await client.query('begin')
    // As if a webhook's transaction were under way: the loaded row has to wait for its end.
    await client.query(
      `insert into orders (shop_id, id, name, tags, source_updated_at, observed_at, channel, partial)
       values ($1, $2, 'newer', '{}', $3, $3, 'webhook', true)`,
      [shop, id, at(SEEN_AT + 60)],
    )
    const loading = load([...linesOf({ id }), ...linesOf({ id: other })])
    await expect.poll(waiting).toBe(1)
    await client.query('commit')
    expect((await loading).merged).toEqual({ read: 2, written: 1, unchanged: 0, stale: 1 })
    expect(await order(id)).toMatchObject({ name: 'newer', channel: 'webhook' })
    expect(await order(other)).toMatchObject({ name: 'name 1', channel: 'bulk' })
  } finally {
    client.release()
  }
})

it('takes with it what an older version brings while it waits for that', async () => {
  const [id, kept, late] = [uniqueId(), uniqueId(), uniqueId()]
  await write(shop, { records: [observed({ id, version: 1, children: [kept] })] })
  const client = await pool.connect()
  try {
    await client.query('begin')
    const records = [observed({ id, version: 2, children: [kept, late] })]
    await ingest(copyPort(client), { target: target(shop), records })
    const loading = load(linesOf({ id, version: 3, children: [kept] }))
    await expect.poll(waiting).toBe(1)
    await client.query('commit')
    expect((await loading).merged).toMatchObject({ written: 1 })
    expect((await childrenOf(id)).map((row) => row.id)).toEqual([kept])
  } finally {
    client.release()
  }
})

/** How many transactions wait for another's row. */
async function waiting(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity
     where datname = current_database() and wait_event = 'transactionid'`,
  )
  return rows[0]!.count
}
