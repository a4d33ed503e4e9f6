/** Deletes are facts: what a tombstone remembers, and what it yields to. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase } from '~/db.server'
import { rowOf, rowsOf, type StoredRow, write } from '../factories/copy.ts'
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

describe('a tombstone', () => {
  it('remembers when, by what and what was known', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 3 })] })
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    const row = await order(id)
    expect(row).toMatchObject({ name: 'name 3', deleted_via: 'orders/delete', channel: 'webhook' })
    expect(instant(row?.deleted_at)).toBe(instant(at(9)))
  })

  it('does not yield to a late update', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 3 })] })
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    const before = await places()
    const late = observed({ id, version: 20, observedAt: 40, channel: 'webhook', children: [uniqueId()] })
    expect(await write(shop, { records: [late], channel: 'webhook' })).toMatchObject({ stale: [id] })
    expect(await places()).toEqual(before)
  })

  it('does not yield to a pull that saw the record before it was deleted', async () => {
    const id = uniqueId()
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    expect(await write(shop, { records: [observed({ id, version: 30, observedAt: 9 })] })).toMatchObject({
      stale: [id],
    })
    expect((await order(id))?.deleted_at).not.toBeNull()
  })

  it('yields to a pull that saw the record later, with its children', async () => {
    const [id, line] = [uniqueId(), uniqueId()]
    const known = observed({ id, version: 3, children: [line] })
    await write(shop, { records: [known] })
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    expect(await write(shop, { records: [{ ...known, observedAt: at(9.000001) }] })).toMatchObject({ written: [id] })
    expect(await order(id)).toMatchObject({ deleted_at: null, deleted_via: null, name: 'name 3' })
    expect(await rowOf(shop, 'order_line_items', line)).toMatchObject({ deleted_at: null, deleted_via: null })
  })

  it('is kept when the delete comes before the create', async () => {
    const id = uniqueId()
    expect(await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })).toMatchObject({ deleted: [id] })
    await write(shop, { records: [observed({ id, version: 3, channel: 'webhook' })], channel: 'webhook' })
    expect(await order(id)).toMatchObject({ name: null, source_updated_at: null, deleted_via: 'orders/delete' })
  })

  it('comes over a webhook of a later time, because nothing is updated after it was deleted', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 12, channel: 'webhook' })], channel: 'webhook' })
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    expect((await order(id))?.deleted_via).toBe('orders/delete')
  })

  it('does not come over a pull that saw the record later', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 3, observedAt: 12 })] })
    expect(await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })).toMatchObject({ deleted: [] })
    expect((await order(id))?.deleted_at).toBeNull()
  })

  it('is that of the later of two deletions, in whichever order they are told', async () => {
    const [one, two, three] = [uniqueId(), uniqueId(), uniqueId()]
    for (const [id, times] of [
      [one, [4, 9]],
      [two, [9, 4]],
    ] as const) {
      for (const time of times) await write(shop, { deletions: [deletion(id, time)], channel: 'webhook' })
    }
    await write(shop, { deletions: [deletion(three, 9), deletion(three, 4)], channel: 'webhook' })
    const between = [one, two, three].map((id) => observed({ id, version: 3, observedAt: 6 }))
    expect(await write(shop, { records: between })).toMatchObject({ written: [] })
    for (const id of [one, two, three]) expect(instant((await order(id))?.deleted_at)).toBe(instant(at(9)))
  })

  it('takes the children with it, also those that a stale update names', async () => {
    const [id, ...lines] = [uniqueId(), uniqueId(), uniqueId()]
    await write(shop, { records: [observed({ id, version: 3, children: lines })] })
    await write(shop, { deletions: [deletion(id, 9)], channel: 'webhook' })
    const late = observed({ id, version: 20, children: [...lines, uniqueId()], channel: 'webhook' })
    await write(shop, { records: [late], channel: 'webhook' })
    const rows = await rowsOf(shop, 'order_line_items')
    expect(rows.map(({ deleted_via }) => deleted_via)).toEqual(['orders/delete', 'orders/delete'])
  })
})
