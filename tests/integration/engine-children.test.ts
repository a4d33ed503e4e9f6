/** A record is an aggregate: its children come and go with it, and nothing else does. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { copyPort } from '~/db/copy.server'
import { closeDatabase, inboxPool, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { ingest, ingestShops } from '~/sync/ingest'
import type { ObservedRecord } from '~/sync/ports'
import { inTransaction } from '~/transaction.server'
import { rowOf, rowsOf, write } from '../factories/copy.ts'
import { at, deletion, observed, target, uniqueId } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const order = (id: string) => rowOf(shop, 'orders', id)

describe('the children', () => {
  it('are replaced with their parent: new ones come, changed ones change, gone ones are remembered as gone', async () => {
    const [id, stays, goes, comes] = [uniqueId(), uniqueId(), uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [stays, goes] })] })
    await write(shop, { records: [observed({ id, version: 2, children: [stays, comes] })] })
    expect(await rowOf(shop, 'order_line_items', stays)).toMatchObject({ title: 'title 2', deleted_at: null })
    expect(await rowOf(shop, 'order_line_items', comes)).toMatchObject({ title: 'title 2', deleted_at: null })
    expect(await rowOf(shop, 'order_line_items', goes)).toMatchObject({ title: 'title 1', deleted_via: 'replaced' })
  })

  it('are those of their own shop, though another writes the same ids at the same time', async () => {
    const other = (await installedShop()).id
    const [id, stays, goes] = [uniqueId(), uniqueId(), uniqueId()]
    const writer = { resource: resources.orders, channel: 'webhook', runId: null } as const
    const together = (mine: ObservedRecord, theirs: ObservedRecord) =>
      inTransaction(pool, (client) =>
        ingestShops(copyPort(client), writer, [
          { shopId: shop, records: [mine] },
          { shopId: other, records: [theirs] },
        ]),
      )
    const children = [stays, goes]
    await together(observed({ id, version: 1, children }), observed({ id, version: 3, children }))
    const ingested = await together(
      observed({ id, version: 2, children: [stays] }),
      observed({ id, version: 2, children: [] }),
    )
    expect(ingested).toMatchObject([
      { written: [id], stale: [] },
      { written: [], stale: [id] },
    ])
    const linesOf = async (shopId: string) =>
      (await rowsOf(shopId, 'order_line_items')).map((line) => [line.id, line['title'], line['deleted_via']])
    expect(await linesOf(shop)).toEqual([
      [stays, 'title 2', null],
      [goes, 'title 1', 'replaced'],
    ])
    expect(await linesOf(other)).toEqual([
      [stays, 'title 3', null],
      [goes, 'title 3', null],
    ])
  })

  it('come back when their parent has them again', async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    for (const [version, children] of [
      [1, [line]],
      [2, []],
      [3, [line]],
    ] as const) {
      await write(shop, { records: [observed({ id, version, children })] })
    }
    expect(await rowOf(shop, 'order_line_items', line)).toMatchObject({
      title: 'title 3',
      deleted_at: null,
      deleted_via: null,
    })
  })

  it("have their parent's clock and provenance", async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    await write(shop, {
      records: [observed({ id, version: 4, children: [line], deliveryId: '77' })],
      channel: 'webhook',
    })
    const [parent, child] = [await order(id), await rowOf(shop, 'order_line_items', line)]
    for (const column of ['source_updated_at', 'observed_at', 'channel', 'delivery_id', 'partial'] as const) {
      expect(child?.[column]).toEqual(parent?.[column])
    }
  })

  it('keep the id of a product that was deleted since, which Shopify no longer names', async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [line] })] })
    const known = observed({ id, version: 2, children: [line] })
    const [row] = known.record.children.order_line_items!
    const forgotten = { order_line_items: [{ ...row!, product_id: null, variant_id: null, sku: null }] }
    await write(shop, { records: [{ ...known, record: { ...known.record, children: forgotten } }] })
    const { rows } = await pool.query(
      'select product_id::text, variant_id::text, sku from order_line_items where id = $1',
      [line],
    )
    expect(rows).toEqual([{ product_id: '9007199254741001', variant_id: '9007199254741001', sku: null }])
  })

  it('do not make their record another when all that has changed is what Shopify no longer names', async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    const known = observed({ id, version: 1, observedAt: 3_700, children: [line] })
    await write(shop, { records: [known] })
    const [row] = known.record.children.order_line_items!
    const children = { ...known.record.children, order_line_items: [{ ...row!, product_id: null, variant_id: null }] }
    const again = { ...known, observedAt: at(9_000), record: { ...known.record, children } }
    expect(await write(shop, { records: [again] })).toMatchObject({ written: [], unchanged: [id] })
  })

  it('that a list shows twice, because it changed between two of its pages, are stored once', async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [line, line] })] })
    expect(await rowsOf(shop, 'order_line_items')).toHaveLength(1)
  })

  it('of other parents are left alone', async () => {
    const [one, two, line] = [uniqueId(), uniqueId(), uniqueId()]
    await write(shop, {
      records: [observed({ id: one, children: [line] }), observed({ id: two, children: [uniqueId()] })],
    })
    const before = await rowOf(shop, 'order_line_items', line)
    await write(shop, { records: [observed({ id: two, version: 2, children: [] })] })
    await write(shop, { deletions: [deletion(two, 9)] })
    expect(await rowOf(shop, 'order_line_items', line)).toEqual(before)
  })
})

describe('two shops with the same ids', () => {
  it('never touch each other', async () => {
    const other = (await installedShop()).id
    const [id, line] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [line] })] })
    await write(other, { records: [observed({ id, version: 9, children: [line] })] })
    const ours = [await rowsOf(shop, 'orders'), await rowsOf(shop, 'order_line_items')]
    await write(other, { records: [observed({ id, version: 10, children: [] })] })
    await write(other, { unreadable: [{ id, reason: 'x', deliveryId: null }] })
    await write(other, { deletions: [deletion(id, 20)] })
    expect([await rowsOf(shop, 'orders'), await rowsOf(shop, 'order_line_items')]).toEqual(ours)
    expect(ours[0]?.[0]).toMatchObject({ name: 'name 1', deleted_at: null })
  })
})

/** Of a record, only these tables of children, with what they have. */
function withChildren(
  { record, ...rest }: ObservedRecord,
  children: ObservedRecord['record']['children'],
): ObservedRecord {
  return { ...rest, record: { ...record, children } }
}

describe.each([
  ['one statement after the other', pool],
  ['statements that are sent together', inboxPool],
])('by %s', (_, connections) => {
  const writeWebhooks = (records: readonly ObservedRecord[]) =>
    inTransaction(connections, (client) => ingest(copyPort(client), { target: target(shop, 'webhook'), records }))
  const linesOf = async () =>
    (await rowsOf(shop, 'order_line_items')).map((line) => [line.id, line['order_id'], line['deleted_via']])

  it.each(['a child', 'no child'])(
    'a delivery that is applied again with %s in a table more changes nothing',
    async (of) => {
      const [id, child] = [uniqueId(), uniqueId()]
      await write(shop, { records: [observed({ id, version: 1, children: [child] })] })
      const delivery = observed({ id, version: 2, children: [child], channel: 'webhook', deliveryId: '7' })
      const { order_line_items: lines = [], order_refunds: refunds = [] } = delivery.record.children
      await writeWebhooks([withChildren(delivery, { order_line_items: lines })])
      const before = await rowsOf(shop, 'order_refunds')
      const again = { order_line_items: lines, order_refunds: of === 'a child' ? refunds : [] }
      expect(await writeWebhooks([withChildren(delivery, again)])).toMatchObject({ stale: [id] })
      expect(before).toMatchObject([{ id: child, deleted_at: null }])
      expect(await rowsOf(shop, 'order_refunds')).toEqual(before)
    },
  )

  it('a child that two records name has one of them, and one that is accepted', async () => {
    const [lower, higher, child] = [uniqueId(), uniqueId(), uniqueId()]
    const naming = (id: string, version: number) => observed({ id, version, children: [child], channel: 'webhook' })
    await writeWebhooks([naming(lower, 2), naming(higher, 2)])
    expect(await linesOf()).toEqual([[child, higher, null]])
    expect(await writeWebhooks([naming(lower, 3), naming(higher, 1)])).toMatchObject({
      written: [lower],
      stale: [higher],
    })
    expect(await linesOf()).toEqual([[child, lower, null]])
  })

  it.each(['to the first', 'to the second'])('a child moves %s of two records', async (to) => {
    const [first, second, child] = [uniqueId(), uniqueId(), uniqueId()]
    const [from, goal] = to === 'to the first' ? [second, first] : [first, second]
    const having = (version: number, owner: string) =>
      [first, second].map((id) => {
        return observed({
          id,
          version,
          children: id === owner ? [child] : [],
          channel: 'webhook',
          deliveryId: `${version}`,
        })
      })
    await writeWebhooks(having(1, from))
    expect(await linesOf()).toEqual([[child, from, null]])
    await writeWebhooks(having(2, goal))
    expect(await linesOf()).toEqual([[child, goal, null]])
  })

  it('children that carry different columns are all written, also where another record names them', async () => {
    const [one, two, whole, part] = [uniqueId(), uniqueId(), uniqueId(), uniqueId()]
    const mixed = (id: string, children: string[]) => {
      const record = observed({ id, children, channel: 'webhook' })
      const [complete, { title: _title, ...partial } = {}] = record.record.children['order_line_items']!
      return withChildren(record, { order_line_items: [complete!, partial] })
    }
    await writeWebhooks([mixed(one, [whole, part]), mixed(two, [part, whole])])
    expect(await linesOf()).toEqual([
      [whole, two, null],
      [part, two, null],
    ])
  })
})
