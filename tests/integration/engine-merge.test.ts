/** The one guarded write, over a real PostgreSQL: what it takes, what it refuses and what it leaves alone. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import type { MirroredResource } from '~/resources/resource'
import { type StoredRow, rowOf, rowsOf, write } from '../factories/copy.ts'
import { at, deletion, observed, uniqueId } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const order = (id: string) => rowOf(shop, 'orders', id)
const places = async () => [...(await rowsOf(shop, 'orders')), ...(await rowsOf(shop, 'order_line_items'))].map(placeOf)
const placeOf = (row: StoredRow) => row.place
const instant = (value: unknown) => new Date(String(value)).getTime()

describe('what is stored', () => {
  it('is what the record says, in every column, and who said it when', async () => {
    const id = uniqueId()
    const known = observed({
      id,
      version: 7,
      children: [uniqueId()],
      fields: { note: null, tags: [], phone: 'Ä"\\,{}' },
    })
    await write(shop, { records: [known] })
    const row = await order(id)
    expect(row).toMatchObject({
      name: 'name 7',
      note: null,
      tags: [],
      phone: 'Ä"\\,{}',
      customer_id: '9007199254741007',
      total_price: 7.25,
      test: false,
      shipping_address: { city: 'shipping_address 7', zip: null },
      channel: 'pull',
      partial: false,
      deleted_at: null,
    })
    expect(instant(row?.source_updated_at)).toBe(instant(at(7)))
    expect(String(row?.observed_at)).toContain('10:00:07.5')
  })

  it('keeps every digit of ids and money', async () => {
    const id = '9223372036854775807'
    const fields = { customer_id: '9007199254740993', total_price: '9999999999999999.9999' }
    await write(shop, { records: [observed({ id, fields })] })
    const { rows } = await pool.query(
      'select id::text, customer_id::text as customer, total_price::text as price from orders where shop_id = $1',
      [shop],
    )
    expect(rows).toEqual([{ id, customer: '9007199254740993', price: '9999999999999999.9999' }])
  })

  it('keeps microseconds, which decide between two versions of one second', async () => {
    const id = uniqueId()
    await write(shop, {
      records: [observed({ id, version: 1, updatedAt: 5, observedAt: 5.000002 })],
      channel: 'webhook',
    })
    await write(shop, {
      records: [observed({ id, version: 2, updatedAt: 5, observedAt: 5.000001 })],
      channel: 'webhook',
    })
    expect(await order(id)).toMatchObject({ name: 'name 1' })
    await write(shop, {
      records: [observed({ id, version: 3, updatedAt: 5, observedAt: 5.000003 })],
      channel: 'webhook',
    })
    expect(await order(id)).toMatchObject({ name: 'name 3' })
  })
})

describe('newer wins', () => {
  it.each(['pull', 'webhook'] as const)('and an older version by %s never replaces it', async (channel) => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 5 })] })
    const before = await places()
    const old = observed({ id, version: 4, observedAt: 60, channel, children: [uniqueId()] })
    expect(await write(shop, { records: [old], channel })).toMatchObject({ written: [], stale: [id] })
    expect(await places()).toEqual(before)
    expect(await rowsOf(shop, 'order_line_items')).toEqual([])
  })

  it('whatever came first', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 4, channel: 'webhook' })], channel: 'webhook' })
    expect(await write(shop, { records: [observed({ id, version: 5 })] })).toMatchObject({ written: [id] })
    expect(await order(id)).toMatchObject({ name: 'name 5', partial: false })
  })

  it('and of one batch the newest is stored', async () => {
    const id = uniqueId()
    const records = [3, 6, 2].map((version) => observed({ id, version }))
    expect(await write(shop, { records })).toMatchObject({ written: [id] })
    expect(await order(id)).toMatchObject({ name: 'name 6' })
  })

  it('and on a tie a pull beats a webhook, in either order', async () => {
    const [one, two] = [uniqueId(), uniqueId()]
    const pull = (id: string) => observed({ id, version: 2, updatedAt: 1, observedAt: 3 })
    const webhook = (id: string) => observed({ id, version: 3, updatedAt: 1, observedAt: 3, channel: 'webhook' })
    await write(shop, { records: [webhook(one)], channel: 'webhook' })
    expect(await write(shop, { records: [pull(one)] })).toMatchObject({ written: [one] })
    await write(shop, { records: [pull(two)] })
    expect(await write(shop, { records: [webhook(two)], channel: 'webhook' })).toMatchObject({ stale: [two] })
    for (const id of [one, two]) expect(await order(id)).toMatchObject({ name: 'name 2', channel: 'pull' })
  })
})

describe('repeated', () => {
  it.each(['pull', 'webhook'] as const)('a %s changes nothing: not a row is written', async (channel) => {
    const records = [observed({ version: 3, channel, children: [uniqueId(), uniqueId()] }), observed({ channel })]
    await write(shop, { records, channel })
    const before = await places()
    for (let times = 0; times < 3; times++) {
      expect(await write(shop, { records, channel })).toMatchObject({ written: [] })
    }
    expect(await places()).toEqual(before)
  })

  it('a record that a later pull finds as it was is unchanged, not old news', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, observedAt: 3_700 })] })
    const before = await places()
    expect(await write(shop, { records: [observed({ id, observedAt: 9_000 })] })).toMatchObject({ unchanged: [id] })
    expect(await places()).toEqual(before)
  })

  it('a record that a pull has just seen change is remembered as seen when the next pull finds it as it was', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 1 })] })
    const { synced_at, name } = (await order(id))!
    expect(await write(shop, { records: [observed({ id, version: 1, observedAt: 900 })] })).toMatchObject({
      written: [],
      unchanged: [id],
    })
    const row = (await order(id))!
    expect(row).toMatchObject({ synced_at, name })
    expect(instant(row.observed_at)).toBe(instant(at(900)))
  })

  it('a deletion changes nothing', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, children: [uniqueId()] })] })
    expect(await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })).toMatchObject({ deleted: [id] })
    const before = await places()
    expect(await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })).toMatchObject({ deleted: [] })
    expect(await places()).toEqual(before)
  })
})

describe('a webhook', () => {
  it('of an older version of the same second, hours late, never replaces what pulls have seen since', async () => {
    const id = uniqueId()
    const pulled = (observedAt: number) => observed({ id, version: 2, updatedAt: 5, observedAt })
    const late = observed({ id, version: 1, updatedAt: 5, observedAt: 5.4, channel: 'webhook' })
    // A pull knows only a lower bound of when it was answered: the older version seems to have been shown later.
    await write(shop, { records: [pulled(5.1)] })
    await write(shop, { records: [pulled(300)] })
    expect(await write(shop, { records: [late], channel: 'webhook' })).toMatchObject({ stale: [id] })
    expect(await order(id)).toMatchObject({ name: 'name 2', partial: false })
  })

  it('never overwrites what it does not carry, and says that it may be older', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 2 })] })
    await write(shop, { records: [observed({ id, version: 5, channel: 'webhook' })], channel: 'webhook' })
    expect(await order(id)).toMatchObject({
      name: 'name 5',
      total_refunded: 2.25,
      fulfillment_status: 'fulfillment_status 2',
      partial: true,
      channel: 'webhook',
    })
  })

  it('that comes first leaves the rest unknown, until a pull completes it', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 5, channel: 'webhook' })], channel: 'webhook' })
    expect(await order(id)).toMatchObject({ name: 'name 5', total_refunded: null, partial: true })
    await write(shop, { records: [observed({ id, version: 5, observedAt: 60 })] })
    expect(await order(id)).toMatchObject({ total_refunded: 5.25, partial: false, channel: 'pull' })
  })

  it('that carries everything is whole', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 5 })], channel: 'webhook' })
    expect(await order(id)).toMatchObject({ partial: false, channel: 'webhook' })
  })

  it('writes each record of a batch by what that one carries', async () => {
    const [whole, less] = [uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id: whole, version: 1 }), observed({ id: less, version: 1 })] })
    const { note: _, ...fields } = observed({ version: 2, channel: 'webhook' }).record.fields
    const thin = observed({ id: less, version: 2, channel: 'webhook' })
    const records = [
      observed({ id: whole, version: 2, channel: 'webhook' }),
      { ...thin, record: { ...thin.record, fields } },
    ]
    await write(shop, { records, channel: 'webhook' })
    expect(await order(whole)).toMatchObject({ note: 'note 2', name: 'name 2' })
    expect(await order(less)).toMatchObject({ note: 'note 1', name: 'name 2' })
  })

  it('writes each line by what that one carries', async () => {
    const [id, one, two] = [uniqueId(), uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 1, children: [one, two] })] })
    const known = observed({ id, version: 2, channel: 'webhook', children: [one, two] })
    const [first, second] = known.record.children.order_line_items!
    const { sku: _, ...thin } = second!
    const children = { order_line_items: [first!, thin] }
    await write(shop, { records: [{ ...known, record: { ...known.record, children } }], channel: 'webhook' })
    const lines = await rowsOf(shop, 'order_line_items')
    expect(lines.map(({ sku, title }) => [sku, title])).toEqual([
      ['sku 2', 'title 2'],
      ['sku 1', 'title 2'],
    ])
  })
})

it.each(Object.values<MirroredResource>(resources))(
  '$name are stored as they come, children and all',
  async (resource) => {
    const id = uniqueId()
    await write(shop, { records: [observed({ resource, id, version: 2, children: [uniqueId()] })], resource })
    await write(shop, { deletions: [deletion(id, 30)], resource })
    for (const table of [resource.table, ...resource.children]) {
      expect(await rowsOf(shop, table.name)).toMatchObject([{ partial: false, deleted_via: 'orders/delete' }])
    }
  },
)
