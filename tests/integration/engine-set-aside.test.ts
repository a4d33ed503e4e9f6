/** A bad record is set aside with its reason, and is not forgotten before it could be stored or is gone. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { write } from '../factories/copy.ts'
import { deletion, observed, uniqueId } from '../factories/records.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

describe('a record that cannot be read', () => {
  const asideOf = async (id: string) => {
    const { rows } = await pool.query<{ reason: string; attempts: number }>(
      'select reason, attempts from set_aside_records where shop_id = $1 and record_id = $2',
      [shop, id],
    )
    return rows
  }
  const aside = (id: string, reason = 'title is not text') => [{ id, reason, deliveryId: null }]

  it('is set aside with its reason, and the rest goes on', async () => {
    const [good, bad] = [uniqueId(), uniqueId()]
    const done = await write(shop, { records: [observed({ id: good })], unreadable: aside(bad) })
    expect(done).toMatchObject({ written: [good], setAside: [bad] })
    expect(await asideOf(bad)).toEqual([{ reason: 'title is not text', attempts: 1 }])
    await write(shop, { unreadable: aside(bad, 'still') })
    expect(await asideOf(bad)).toEqual([{ reason: 'still', attempts: 2 }])
  })

  it('is forgotten once it could be stored', async () => {
    const id = uniqueId()
    await write(shop, { unreadable: aside(id) })
    await write(shop, { records: [observed({ id })] })
    expect(await asideOf(id)).toEqual([])
  })

  it('is forgotten once it is deleted', async () => {
    const id = uniqueId()
    await write(shop, { unreadable: aside(id) })
    await write(shop, { deletions: [deletion(id, 9)] })
    expect(await asideOf(id)).toEqual([])
  })

  it('is not forgotten for an older version, which says nothing of the one that could not be read', async () => {
    const id = uniqueId()
    await write(shop, { records: [observed({ id, version: 5 })] })
    await write(shop, { unreadable: aside(id) })
    await write(shop, { records: [observed({ id, version: 4, channel: 'webhook' })], channel: 'webhook' })
    expect(await asideOf(id)).toHaveLength(1)
  })
})
