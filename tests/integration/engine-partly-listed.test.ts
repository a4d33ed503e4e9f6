/** Checkouts, of which Shopify lists some, and carts, of which it lists none. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase } from '~/db.server'
import { carts } from '~/resources/carts'
import { checkouts } from '~/resources/checkouts'
import { rowOf, rowsOf, write } from '../factories/copy.ts'
import { filled } from '../factories/fake-source.ts'
import { at, deletion } from '../factories/records.ts'
import { logsOf, runOnce, stateOf } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

/** What checkouts/update brings of a checkout. */
const live = (id: string, second: number, fields: Record<string, unknown>) => ({
  record: { id, sourceUpdatedAt: at(second), fields, children: {} },
  observedAt: at(second + 1),
  deliveryId: null,
})

describe('checkouts', () => {
  it('are copied in the order of their ids, for want of another', async () => {
    const source = filled(checkouts, 25, { costPerRecord: 90 })
    expect(await runOnce(shop, checkouts, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    expect(await rowsOf(shop, 'checkouts')).toHaveLength(25)
    expect(await rowOf(shop, 'checkouts', '7')).toMatchObject({
      ...{ token: '7'.padStart(32, '0'), cart_token: 'cart7', name: '#7', currency: 'USD', email: null },
      line_items: [{ id: '1'.padStart(32, '0'), title: 'Teapot', quantity: 1, price: '12' }],
      partial: true,
    })
  })

  it('that change while a run reads are read by the next one at the latest', async () => {
    const source = filled(checkouts, 40, { costPerRecord: 90 })
    source.onCall = ({ verb, number }) => {
      if (verb !== 'page' || number !== 3) return
      source.pass(5)
      source.put({ id: '2', text: 'behind the cursor' })
      source.put({ id: '39', text: 'before it' })
      source.put({ id: '41', text: 'new' })
      source.delete('38')
    }
    expect(await runOnce(shop, checkouts, source)).toMatchObject({ outcome: 'succeeded' })
    source.onCall = () => undefined
    source.pass(900)
    expect(await runOnce(shop, checkouts, source)).toMatchObject({ outcome: 'succeeded' })
    for (const [id, text] of [
      ['2', 'behind the cursor'],
      ['39', 'before it'],
      ['41', 'new'],
    ] as const)
      expect(JSON.stringify(await rowOf(shop, 'checkouts', id))).toContain(text)
  })

  it('that Shopify does not list stay: they may be live, bought at once or without an address', async () => {
    await write(shop, {
      resource: checkouts,
      channel: 'webhook',
      records: [live('900', 1, { token: 'live', email: null })],
    })
    const source = filled(checkouts, 3)
    await runOnce(shop, checkouts, source)
    source.delete('2')
    source.pass(60)
    expect(await runOnce(shop, checkouts, source)).toMatchObject({ outcome: 'succeeded', unfinished: null })
    const rows = await rowsOf(shop, 'checkouts')
    expect(rows.map(({ id, deleted_at }) => [id, deleted_at])).toEqual(['1', '2', '3', '900'].map((id) => [id, null]))
    expect(source.callsOf('ids')).toEqual([])
    expect(await stateOf(shop, checkouts)).toMatchObject({ backfilled: true, failures: 0 })
    expect((await logsOf(shop, checkouts)).map(({ state }) => state)).toEqual(['succeeded', 'succeeded'])
  })

  it('that Shopify says are deleted are', async () => {
    await runOnce(shop, checkouts, filled(checkouts, 1))
    await write(shop, { resource: checkouts, channel: 'webhook', deletions: [deletion('1', 20, 'checkouts/delete')] })
    expect(await rowOf(shop, 'checkouts', '1')).toMatchObject({ deleted_via: 'checkouts/delete' })
  })

  it('keep what only a webhook told them when a pull comes by', async () => {
    await write(shop, {
      resource: checkouts,
      channel: 'webhook',
      records: [live('1', -7200, { token: 'told', email: 'ada@example.com', completed_at: null })],
    })
    await runOnce(shop, checkouts, filled(checkouts, 1))
    expect(await rowOf(shop, 'checkouts', '1')).toMatchObject({ email: 'ada@example.com', channel: 'pull' })
  })
})

describe('carts', () => {
  const cart = (id: string, second: number, quantity: number) => live(id, second, { line_items: [{ quantity }] })
  const tell = (...records: ReturnType<typeof cart>[]) => write(shop, { resource: carts, channel: 'webhook', records })

  it('are known by a token, however it is spelt, and end in their newest version in whatever order', async () => {
    await tell(cart('hWNHVSMfAwqum6', 5, 2), cart('Z2NwLXVz:"é', 6, 1))
    await tell(cart('hWNHVSMfAwqum6', 9, 4))
    await tell(cart('hWNHVSMfAwqum6', 7, 3))
    await tell(cart('hWNHVSMfAwqum6', 9, 4))
    expect((await rowsOf(shop, 'carts')).map(({ id, line_items }) => [id, line_items]).sort()).toEqual([
      ['Z2NwLXVz:"é', [{ quantity: 1 }]],
      ['hWNHVSMfAwqum6', [{ quantity: 4 }]],
    ])
  })
})
