/** The course of one run: sizes, stops, force, the lock, its log. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { resources } from '~/resources/registry'
import { SourceError } from '~/shopify/source-error'
import { rowOf, rowsOf, write } from '../factories/copy.ts'
import { type FakeSource, filled, numbers } from '../factories/fake-source.ts'
import { observed } from '../factories/records.ts'
import { logsOf, runOnce, stateOf } from '../factories/runs.ts'
import { installedShop } from '../factories/shops.ts'

const { customers, orders, products } = resources

let shop: string

beforeEach(async () => {
  shop = (await installedShop()).id
})

afterAll(closeDatabase)

const live = async (table: string) => (await rowsOf(shop, table)).filter(({ deleted_at }) => deleted_at === null)
const idsOf = async (table: string) => (await live(table)).map(({ id }) => id)

describe('a run', () => {
  it('asks for half a page when one is too dear, until it fits', async () => {
    const source = filled(orders, 30, { costPerRecord: 400, mostPoints: 1000 })
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded' })
    expect(
      source
        .callsOf('page')
        .map(({ first }) => first)
        .slice(0, 4),
    ).toEqual([10, 5, 2, 2])
    expect(await idsOf('orders')).toEqual(numbers(1, 30))
  })

  it('balances its books though records behind its window came with the first page', async () => {
    const source = filled(orders, 3)
    // The second that is going on is behind the window's end.
    source.put({ id: '4' })
    expect(await runOnce(shop, orders, source)).toMatchObject({
      outcome: 'succeeded',
      books: { said: 3, saidAfter: null, inside: 3, after: 1 },
    })
    expect(source.calls.map(({ verb }) => verb)).toEqual(['page'])
    expect(await idsOf('orders')).toEqual(numbers(1, 4))
  })

  it('balances its books though further pages bring what is behind its window', async () => {
    const source = filled(orders, 12, { costPerRecord: 90 })
    source.put({ id: '13' })
    expect(await runOnce(shop, orders, source)).toMatchObject({
      outcome: 'succeeded',
      books: { said: 13, saidAfter: 12, inside: 12, after: 1 },
    })
  })

  it('fails, without being tried again, when even one record is too dear', async () => {
    const source = filled(orders, 3, { costPerRecord: 4000 })
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'failed', retry: false })
  })

  it('leaves a day with more changes than a list shows to a bulk operation of everything, where there may be one', async () => {
    const source = filled(customers, 10)
    await runOnce(shop, customers, source)
    source.pass(600)
    for (const id of numbers(1, 50)) source.put({ id, text: 'edited' })
    source.pass(600)
    const changes = { largestWindow: 20, mostByPages: 1_000 }
    expect(await runOnce(shop, customers, source, changes)).toEqual({ outcome: 'too-many', runId: null, since: null })
    expect(await runOnce(shop, customers, source, { largestWindow: 20 })).toMatchObject({ outcome: 'succeeded' })
    expect(await idsOf('customers')).toEqual(numbers(1, 50))
  })

  it('that is interrupted ends after its page and keeps its checkpoint', async () => {
    const stopping = new AbortController()
    const source = filled(orders, 40, { costPerRecord: 90 })
    source.onCall = ({ verb, number }) => {
      if (verb === 'page' && number === 2) stopping.abort()
    }
    expect(await runOnce(shop, orders, source, { stopping: stopping.signal })).toMatchObject({ outcome: 'interrupted' })
    expect(await idsOf('orders')).toEqual(numbers(1, 20))
    expect(await logsOf(shop, orders)).toMatchObject([{ state: 'interrupted', success: false, closed: true }])
    expect(await stateOf(shop, orders)).toMatchObject({ failures: 0 })
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded' })
    expect(source.callsOf('page')).toHaveLength(4)
    expect(await idsOf('orders')).toEqual(numbers(1, 40))
  })

  it('with force reads everything again, whatever watermark and checkpoint say', async () => {
    const source = filled(orders, 40, { costPerRecord: 90 })
    await runOnce(shop, orders, source)
    await pool.query('delete from orders where shop_id = $1 and id in (3, 4)', [shop])
    source.onCall = ({ verb, number }) => {
      if (verb === 'page' && number === 7) throw new SourceError('retryable', 'Shopify answered 500.')
    }
    source.pass(600)
    expect(await runOnce(shop, orders, source, { force: true })).toMatchObject({ outcome: 'failed' })
    expect((await stateOf(shop, orders))?.checkpoint).not.toBeNull()
    source.onCall = () => undefined
    expect(await runOnce(shop, orders, source, { force: true })).toMatchObject({ outcome: 'succeeded' })
    const logs = await logsOf(shop, orders)
    expect(logs.at(-1)).toMatchObject({ mode: 'backfill', processed: 40, unchanged: 40 })
    expect(await idsOf('orders')).toEqual(numbers(1, 40))
  })

  it('is refused while another one of the same resource and shop is going on, and only then', async () => {
    const other = (await installedShop()).id
    const source = filled(orders, 40, { costPerRecord: 90 })
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>()
    const { promise: isReading, resolve: reads } = Promise.withResolvers<void>()
    const slow = Object.assign(Object.create(source) as FakeSource, {
      count: (...args: Parameters<FakeSource['count']>) => source.count(...args),
      open: async (...args: Parameters<FakeSource['open']>) => {
        reads()
        await mayGoOn
        return source.open(...args)
      },
      nodes: (...args: Parameters<FakeSource['nodes']>) => source.nodes(...args),
      ids: () => source.ids(),
      page: (...args: Parameters<FakeSource['page']>) => source.page(...args),
    })
    const first = runOnce(shop, orders, slow)
    await isReading
    expect(await runOnce(shop, orders, filled(orders, 1))).toBeNull()
    expect(await runOnce(shop, products, filled(products, 1))).toMatchObject({ outcome: 'succeeded' })
    expect(await runOnce(other, orders, filled(orders, 1))).toMatchObject({ outcome: 'succeeded' })
    goOn()
    expect(await first).toMatchObject({ outcome: 'succeeded' })
    expect(await logsOf(shop, orders)).toHaveLength(1)
    expect(await runOnce(shop, orders, filled(orders, 40))).toMatchObject({ outcome: 'succeeded' })
  })

  it.each([
    ['retryable', true, true],
    ['needs-reauthorisation', false, true],
    ['permanent', false, false],
  ] as const)(
    'that fails for a reason that is %s is tried again: %s, keeps its checkpoint: %s',
    async (kind, retry, keeps) => {
      const source = filled(orders, 40, { costPerRecord: 90 })
      source.onCall = ({ verb, number }) => {
        if (verb === 'page' && number === 2) throw new SourceError(kind, 'Shopify says no.')
      }
      for (let times = 1; times <= 2; times++) {
        source.calls.length = 0
        expect(await runOnce(shop, orders, source)).toMatchObject({
          outcome: 'failed',
          reason: 'Shopify says no.',
          retry,
        })
        expect(await stateOf(shop, orders)).toMatchObject({ watermark: null, failures: times, succeeded: false })
      }
      expect((await stateOf(shop, orders))?.checkpoint !== null).toBe(keeps)
      source.onCall = () => undefined
      await runOnce(shop, orders, source)
      expect(await stateOf(shop, orders)).toMatchObject({ failures: 0, succeeded: true })
    },
  )

  it('that fails before it knows its window says so in its log', async () => {
    const source = filled(orders, 3)
    source.onCall = () => {
      throw new SourceError('permanent', 'Shopify has frozen the shop.')
    }
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'failed', retry: false })
    expect(await logsOf(shop, orders)).toMatchObject([
      { mode: 'backfill', state: 'failed', success: false, error: 'Shopify has frozen the shop.', expected: null },
    ])
  })

  it('shows its progress after every page', async () => {
    const source = filled(orders, 40, { costPerRecord: 90 })
    const seen: unknown[] = []
    const page = source.page.bind(source)
    source.page = async (...args) => {
      const [log] = await logsOf(shop, orders)
      seen.push([log?.state, log?.success, log?.processed, log?.expected])
      return page(...args)
    }
    await runOnce(shop, orders, source)
    expect(seen).toEqual([10, 20, 30].map((processed) => ['running', null, processed, 40]))
  })

  it('reads again what was updated while the one before was going on: its watermark ends where it began', async () => {
    const source = filled(orders, 40, { costPerRecord: 90 })
    source.onCall = ({ verb, number }) => {
      if (verb === 'page' && number === 2) source.pass(3600)
    }
    await runOnce(shop, orders, source)
    expect((await stateOf(shop, orders))?.watermark).toBe('2026-11-22T10:00:00.000Z')
  })

  it("reads again behind the watermark what Shopify's index showed late", async () => {
    const source = filled(orders, 5)
    await runOnce(shop, orders, source)
    source.put({ id: '6', updatedAt: '2026-11-22T09:57:00Z' })
    source.pass(900)
    await runOnce(shop, orders, source)
    expect(await idsOf('orders')).toEqual(numbers(1, 6))
  })

  it('leaves a newer version alone that a webhook brought meanwhile, and accounts for it', async () => {
    const source = filled(orders, 5)
    await write(shop, { records: [observed({ id: '3', version: 900, channel: 'webhook' })], channel: 'webhook' })
    expect(await runOnce(shop, orders, source)).toMatchObject({ outcome: 'succeeded' })
    expect(await logsOf(shop, orders)).toMatchObject([{ processed: 5, written: 4, skipped: 1 }])
    expect(await rowOf(shop, 'orders', '3')).toMatchObject({ name: 'name 900' })
  })
})
