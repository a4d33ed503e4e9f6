/** Losses: changes that were found in the shop and that no delivery had announced. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { closeDatabase, pool } from '~/db.server'
import { addDeliveries, addFoundChange, addRun } from '../factories/deliveries.ts'
import { hourOf, hoursAgo, minutesAfter, now, onlyOneShop, pass, rollupsOf } from '../factories/rollups.ts'

let shop: string

beforeEach(async () => {
  shop = await onlyOneShop()
})

afterAll(closeDatabase)

const rollups = () => rollupsOf(shop)

describe('a loss', () => {
  const foundAt = hoursAgo(2)
  const changedAt = minutesAfter(-10, foundAt)
  const lost = async () =>
    (await rollups()).map(({ topic, hour, lost }) => ({ topic, hour, lost })).filter(({ lost }) => lost)
  const found = async (
    change: Partial<Parameters<typeof addFoundChange>[1]> & { id: string },
    run?: Parameters<typeof addRun>[2],
  ) => addFoundChange(shop, { runId: await addRun(shop, 'orders', run), changedAt, foundAt, ...change })

  it('is a change that a pull found and no delivery had announced, as a creation, an update or a deletion', async () => {
    await found({ id: '1' })
    await found({ id: '2', createdAt: changedAt })
    await found({ id: '3', deletedVia: 'sweep' })
    await found({ id: '4', table: 'products' })
    await found({ id: '5', table: 'products', deletedVia: 'events' })
    await pass('settled')
    const hour = hourOf(foundAt)
    expect(await lost()).toEqual([
      { topic: 'orders/create', hour, lost: 1 },
      { topic: 'orders/delete', hour, lost: 1 },
      { topic: 'orders/updated', hour, lost: 1 },
      { topic: 'products/delete', hour, lost: 1 },
      { topic: 'products/update', hour, lost: 1 },
    ])
  })

  it.each([
    ['was announced', 0, 'orders'],
    ['was announced a moment before its time', -1, 'orders'],
    ['was announced later', 14, 'orders'],
  ])('is none that %s', async (_, minutes, resource) => {
    await found({ id: '1' })
    await addDeliveries(shop, {
      receivedAt: minutesAfter(minutes, changedAt),
      recordId: '1',
      resource,
      state: 'pending',
    })
    await pass('settled')
    expect(await lost()).toEqual([])
  })

  it.each([
    ['an older version', { recordId: '1', receivedAt: minutesAfter(-5, changedAt) }],
    ['another record', { recordId: '2', receivedAt: changedAt }],
    ['a record of another resource', { recordId: '1', resource: 'products', receivedAt: changedAt }],
  ])('is one of which only %s was announced', async (_, delivery) => {
    await found({ id: '1' })
    await addDeliveries(shop, delivery)
    await pass('settled')
    expect(await lost()).toHaveLength(1)
  })

  it.each([
    ['a first copy read', { mode: 'backfill' }, {}],
    ['was asked for by dates', { windowBy: 'created_at' }, {}],
    ['a webhook brought', {}, { channel: 'webhook' }],
    ['was changed before the installation', {}, { changedAt: hoursAgo(24 * 366) }],
    ['was found just now', {}, { foundAt: now }],
  ])('is none that %s', async (_, run, change) => {
    await found({ id: '1', ...change }, run)
    await pass('settled')
    expect(await lost()).toEqual([])
  })

  it('is a difference that a reconciliation found and no delivery had announced', async () => {
    const add = (id: string, kind: string, topic: string) =>
      pool.query(
        `insert into reconciliation_differences (shop_id, reconciliation_id, resource, record_id, kind, missed_topic,
           missed_by_pull, source_updated_at, copy_updated_at, created_at)
         values ($1, 1, 'orders', $2, $3, $4, true, $5, $6, $7)`,
        [shop, id, kind, topic, kind === 'vanished' ? null : changedAt, changedAt, foundAt],
      )
    await add('1', 'stale', 'orders/updated')
    await add('2', 'missing', 'orders/create')
    await add('3', 'vanished', 'orders/delete')
    await add('4', 'stale', 'orders/updated')
    await addDeliveries(shop, { receivedAt: changedAt, recordId: '4', state: 'dead' })
    await pass('settled')
    expect((await lost()).map(({ topic }) => topic)).toEqual(['orders/create', 'orders/delete', 'orders/updated'])
  })

  describe('of a record that the copy had from before the app was installed anew', () => {
    const installedAt = hoursAgo(10)
    const gone = { changedAt: hoursAgo(500), deletedVia: 'sweep' }

    beforeEach(() => pool.query('update shops set installed_at = $2 where id = $1', [shop, installedAt]))

    it('is none where the first look since finds it gone: that may have been in between', async () => {
      await addRun(shop, 'orders', { at: hoursAgo(11) })
      await addRun(shop, 'products', { at: hoursAgo(5) })
      await found({ id: '1', ...gone }, { at: foundAt })
      await pool.query(
        `insert into reconciliation_differences (shop_id, reconciliation_id, resource, record_id, kind, missed_topic,
           missed_by_pull, copy_updated_at, created_at)
         values ($1, 1, 'orders', '2', 'vanished', 'orders/delete', true, $2, $3)`,
        [shop, gone.changedAt, foundAt],
      )
      await pass('settled')
      expect(await lost()).toEqual([])
    })

    it('is one where a run had looked since', async () => {
      await addRun(shop, 'orders', { at: hoursAgo(5) })
      await found({ id: '1', ...gone }, { at: foundAt })
      await pass('settled')
      expect(await lost()).toMatchObject([{ topic: 'orders/delete', lost: 1 }])
    })

    it('is one where a reconciliation had looked since', async () => {
      await pool.query(
        `insert into reconciliations (shop_id, resource, mode, trigger, state, operation, as_of, created_at, finished_at)
         values ($1, 'orders', 'ids', 'schedule', 'succeeded', '{}', $2, $2, $2)`,
        [shop, hoursAgo(5)],
      )
      await found({ id: '1', ...gone }, { at: foundAt })
      await pass('settled')
      expect(await lost()).toMatchObject([{ topic: 'orders/delete', lost: 1 }])
    })

    it('is one where it has changed since', async () => {
      await found({ id: '1', ...gone, changedAt: hoursAgo(9) }, { at: foundAt })
      await pass('settled')
      expect(await lost()).toMatchObject([{ topic: 'orders/delete', lost: 1 }])
    })
  })

  it('stays counted when its row has been overwritten, and is counted once', async () => {
    await found({ id: '1' })
    await found({ id: '2' })
    await pass('settled')
    await pass('settled')
    await addFoundChange(shop, { id: '1', runId: null, channel: 'webhook', changedAt: now, foundAt: now })
    await pass('settled')
    expect(await lost()).toMatchObject([{ lost: 2 }])
  })

  it('leaves the hour’s deliveries as they were counted', async () => {
    await found({ id: '1' })
    await addDeliveries(shop, { receivedAt: foundAt, times: 4 })
    await pass('settled')
    expect(await rollups()).toMatchObject([{ topic: 'orders/updated', received: 4, lost: 1 }])
  })
})
