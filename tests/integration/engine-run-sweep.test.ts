/** What a run does besides its window: records set aside, vanished and missed. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { SourceError } from '~/shopify/source-error'
import { rowOf, rowsOf } from '../factories/copy.ts'
import { FakeSource, filled, numbers } from '../factories/fake-source.ts'
import { logsOf, runOnce } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

const { orders, customers, products } = resources

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const live = async (table: string) => (await rowsOf(shop, table)).filter(({ deleted_at }) => deleted_at === null)
const idsOf = async (table: string) => (await live(table)).map(({ id }) => id)

describe('a bad record', () => {
  it('is set aside, the rest goes on, and the next run tries it again', async () => {
    const source = filled(customers, 12)
    source.put({
      id: '5',
      updatedAt: '2026-11-22T09:30:00Z',
      fields: { amountSpent: { amount: 'much', currencyCode: 'USD' } },
    })
    expect(await runOnce(shop, customers, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf('customers')).toEqual(numbers(1, 12).filter((id) => id !== '5'))
    const aside = async () => {
      const { rows } = await pool.query<{ record_id: string; reason: string }>(
        'select record_id, reason from set_aside_records where shop_id = $1',
        [shop],
      )
      return rows
    }
    expect(await aside()).toEqual([
      { record_id: '5', reason: 'Customer.amountSpent.amount is not a decimal with at most four places' },
    ])
    source.put({ id: '5', updatedAt: '2026-11-22T09:30:00Z' })
    source.pass(86_400)
    expect(await runOnce(shop, customers, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf('customers')).toEqual(numbers(1, 12))
    expect(await aside()).toEqual([])
  })

  it('that has gone from the shop is not set aside for ever', async () => {
    const source = filled(customers, 3)
    source.put({ id: '2', fields: { tags: 7 } })
    await runOnce(shop, customers, source)
    source.delete('2')
    source.pass(86_400)
    await runOnce(shop, customers, source)
    const { rows } = await pool.query('select record_id from set_aside_records where shop_id = $1', [shop])
    expect(rows).toEqual([])
  })
})

describe('after its window a run looks for what no window shows', () => {
  it('and tombstones what has gone from the shop without a word', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    source.delete('7')
    source.pass(900)
    expect(await runOnce(shop, products, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await rowOf(shop, 'products', '7')).toMatchObject({ deleted_via: 'sweep' })
    expect((await logsOf(shop, products)).at(-1)).toMatchObject({ vanished: 1, recovered: 0 })
  })

  it('and asks the events of the shop first, which may spare the list of all ids', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    source.pass(900)
    source.delete('7', { isTold: true })
    // Told, and yet there: nothing is deleted on the word of an event alone.
    source.delete('8', { isTold: true })
    source.put({ id: '8' })
    source.pass(900)
    expect(await runOnce(shop, products, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await rowOf(shop, 'products', '7')).toMatchObject({ deleted_via: 'events' })
    expect(await idsOf('products')).toEqual(numbers(1, 20).filter((id) => id !== '7'))
    expect((await logsOf(shop, products)).at(-1)).toMatchObject({ vanished: 1, recovered: 0 })
    expect(source.callsOf('ids')).toEqual([])
  })

  it('and lists all ids where events do not explain the difference', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    source.pass(900)
    source.delete('7', { isTold: true })
    source.delete('9')
    source.pass(900)
    await runOnce(shop, products, source)
    expect(await idsOf('products')).toEqual(numbers(1, 20).filter((id) => id !== '7' && id !== '9'))
    expect(await rowOf(shop, 'products', '9')).toMatchObject({ deleted_via: 'sweep' })
    expect((await logsOf(shop, products)).at(-1)).toMatchObject({ vanished: 2, recovered: 0 })
  })

  it('and lists all ids where Shopify refuses the events', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    source.delete('8')
    source.onCall = ({ verb }) => {
      if (verb === 'events') throw new SourceError('permanent', 'Shopify refuses the query.')
    }
    source.pass(900)
    expect(await runOnce(shop, products, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await rowOf(shop, 'products', '8')).toMatchObject({ deleted_via: 'sweep' })
  })

  it('and reads what the copy lacks', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    await pool.query('delete from products where shop_id = $1 and id = 9', [shop])
    source.pass(900)
    await runOnce(shop, products, source)
    expect(await idsOf('products')).toEqual(numbers(1, 20))
    expect((await logsOf(shop, products)).at(-1)).toMatchObject({ vanished: 0, recovered: 1 })
  })

  it('and leaves old orders alone that Shopify no longer shows, though they are there', async () => {
    const source = new FakeSource(orders)
    const born = (id: string, createdAt: string) => source.put({ id, updatedAt: createdAt, fields: { createdAt } })
    born('11', '2026-08-01T10:00:00Z')
    born('12', '2026-09-01T10:00:00Z')
    born('13', '2026-10-01T10:00:00Z')
    born('14', '2026-11-01T10:00:00Z')
    await runOnce(shop, orders, source)
    // 11 and 12 have come of age, 14 was deleted.
    for (const id of ['11', '12', '14']) source.delete(id)
    source.pass(900)
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await idsOf('orders')).toEqual(['11', '12', '13'])
    const { rows } = await pool.query('select source_count, copy_count from sync_states where shop_id = $1', [shop])
    expect(rows).toEqual([{ source_count: 1, copy_count: 1 }])
  })

  it('and leaves an order alone that comes of age between the list and the look at it', async () => {
    const source = new FakeSource(orders)
    const born = (id: string, createdAt: string) => source.put({ id, updatedAt: createdAt, fields: { createdAt } })
    born('11', '2026-08-01T10:00:00Z')
    // At a quarter past ten, when the ids are listed, a second short of sixty days.
    born('12', '2026-09-23T10:15:01Z')
    born('13', '2026-11-01T10:00:00Z')
    born('14', '2026-11-02T10:00:00Z')
    await runOnce(shop, orders, source)
    for (const id of ['11', '14']) source.delete(id)
    source.pass(899)
    source.onCall = ({ verb }) => {
      if (verb === 'ids') source.delete('12')
    }
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(source.callsOf('ids')).toHaveLength(1)
    expect(await idsOf('orders')).toEqual(['11', '12', '13'])
  })

  it('and is not misled by as many old orders as have vanished: only their ids tell the one from the other', async () => {
    const source = new FakeSource(orders)
    const born = (id: string, createdAt: string) => source.put({ id, updatedAt: createdAt, fields: { createdAt } })
    born('11', '2026-03-01T10:00:00Z')
    for (const id of ['12', '13', '14']) born(id, '2026-11-01T10:00:00Z')
    await runOnce(shop, orders, source)
    source.delete('13')
    source.pass(900)
    await runOnce(shop, orders, source)
    expect(await idsOf('orders')).toEqual(['11', '12', '14'])
  })

  it('and knows an old order to be gone while Shopify shows older ones', async () => {
    const source = filled(orders, 3)
    for (const [id, createdAt] of [
      ['11', '2026-03-01T10:00:00Z'],
      ['12', '2026-04-01T10:00:00Z'],
    ] as const) {
      source.put({ id, updatedAt: createdAt, fields: { createdAt } })
    }
    await runOnce(shop, orders, source)
    source.delete('12')
    source.pass(900)
    await runOnce(shop, orders, source)
    expect(await rowOf(shop, 'orders', '12')).toMatchObject({ deleted_via: 'sweep' })
    expect(await rowOf(shop, 'orders', '11')).toMatchObject({ deleted_at: null })
  })

  it('and what fails there does not undo the run', async () => {
    const source = filled(products, 20)
    await runOnce(shop, products, source)
    source.delete('7')
    source.pass(900)
    source.onCall = ({ verb }) => {
      if (verb === 'ids') throw new SourceError('retryable', 'Shopify answered 500.')
    }
    expect(await runOnce(shop, products, source)).toMatchObject({
      outcome: 'succeeded',
      unfinished: 'Shopify answered 500.',
    })
    expect((await logsOf(shop, products)).at(-1)).toMatchObject({ state: 'succeeded', success: true })
  })
})
